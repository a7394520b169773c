// Writes the shapes of the world map: `npm install && node world_map.mjs > ../../src/report/country/world.tsv`.
//
// Shapes are Natural Earth's at 1:50 million (public domain), by the package `world-atlas`; the projection is
// Equal Earth (Šavrič, Patterson, Jenny 2018), which keeps areas. Antarctica is left out. A part of a country that
// is a region of its own in the numbering plans (French Guiana, Svalbard) is cut out by where its capital is.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { geoArea, geoCentroid, geoContains, geoDistance, geoEqualEarth, geoPath } from 'd3-geo';
import isoCountries from 'i18n-iso-countries';
import { feature } from 'topojson-client';
import { presimplify, quantile, simplify } from 'topojson-simplify';

const WIDTH = 960;
const HEIGHT = 430;
// In square pixels: a smaller shape is hard to see and to point at, so it has a dot too.
const DOT_BELOW = 14;
// What a dot needs on each side, to be drawn whole.
const DOT_MARGIN = 5;
// Islands below this size are left out, unless they are the largest of their country.
const ISLAND = 1.5;
// Natural Earth has no numeric code for these; the numbering plans count them so.
const UNNUMBERED = { Kosovo: 'XK', Somaliland: 'SO', 'N. Cyprus': 'CY', 'Siachen Glacier': 'IN' };

const require = createRequire(import.meta.url);
const atlas = JSON.parse(fs.readFileSync(require.resolve('world-atlas/countries-50m.json')));
const capitals = new Map();
const table = new URL('../../src/report/country/people.tsv', import.meta.url);
for (const line of fs.readFileSync(table, 'utf8').split('\n')) {
  if (line.startsWith('#') || line === '') continue;
  const [code, , latitude, longitude] = line.split('\t');
  capitals.set(code, [Number(longitude), Number(latitude)]);
}

const weighted = presimplify(atlas);
const topology = simplify(weighted, quantile(weighted, 0.28));
const polygons = new Map();
for (const geometry of topology.objects.countries.geometries) {
  const code = geometry.id
    ? isoCountries.numericToAlpha2(geometry.id)
    : UNNUMBERED[geometry.properties.name];
  if (!code || code === 'AQ') continue;
  const shape = feature(topology, geometry).geometry;
  const parts = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
  polygons.set(code, [...(polygons.get(code) ?? []), ...parts]);
}

const polygon = (coordinates) => ({ type: 'Polygon', coordinates });
// A region of the plans without a shape takes the part of another country's that its capital is in, or beside.
for (const [code, capital] of capitals) {
  if (polygons.has(code)) continue;
  for (const [owner, parts] of polygons) {
    const largest = Math.max(...parts.map((part) => geoArea(polygon(part))));
    const own = parts.filter(
      (part) =>
        geoArea(polygon(part)) < largest &&
        (geoContains(polygon(part), capital) ||
          (geoDistance(geoCentroid(polygon(part)), capital) < 0.01 && parts.length > 1)),
    );
    if (own.length > 0 && own.length < parts.length) {
      polygons.set(code, own);
      polygons.set(owner, parts.filter((part) => !own.includes(part)));
      break;
    }
  }
}

const shapes = [...polygons].map(([code, parts]) => [code, { type: 'MultiPolygon', coordinates: parts }]);
// Precision 0: no points are added along great circles.
const projection = geoEqualEarth().precision(0).fitExtent(
  [[2, 2], [WIDTH - 2, HEIGHT - 2]],
  { type: 'GeometryCollection', geometries: shapes.map(([, shape]) => shape) },
);
const path = geoPath(projection).digits(1);

// Steps from point to point take half the characters of positions.
const relative = (outline) => outline.replace(/M([^MZ]+)Z?/g, (_, points) => {
  const tenths = points.split('L').map((point) => point.split(',').map((value) => Math.round(value * 10)));
  const steps = tenths.slice(1).map(([x, y], index) => [x - tenths[index][0], y - tenths[index][1]]);
  const moving = steps.filter(([x, y]) => x !== 0 || y !== 0);
  // An island that is smaller than a step is no shape: browsers refuse one without steps.
  if (moving.length === 0) return '';
  return `M${tenths[0].join(' ')}l${moving.flat().join(' ').replaceAll(' -', '-')}z`;
});
const area = (part) => path.area(polygon(part));

const rows = new Map();
for (const [code, whole] of shapes) {
  const largest = Math.max(...whole.coordinates.map(area));
  const visible = whole.coordinates.filter((part) => area(part) >= Math.min(ISLAND, largest));
  const shape = { type: 'MultiPolygon', coordinates: visible };
  const outline = relative(path(shape) ?? '');
  const [x, y] = path.centroid(shape);
  const dot = path.area(shape) < DOT_BELOW ? `${x.toFixed(1)} ${y.toFixed(1)}` : '';
  if (outline || dot) rows.set(code, [dot, outline]);
}
for (const [code, capital] of capitals) {
  if (rows.has(code)) continue;
  const [x, y] = projection(capital);
  // The map is as wide as its shapes; a country without one may lie beyond them, and its dot at the edge.
  const within = Math.min(Math.max(x, DOT_MARGIN), WIDTH - DOT_MARGIN);
  rows.set(code, [`${within.toFixed(1)} ${y.toFixed(1)}`, '']);
}
console.log(`# Shapes of the world map, ${WIDTH} by ${HEIGHT}: region, centre of its dot if it is small, `
  + 'outline as an SVG path in tenths.');
console.log('# Source: Natural Earth 1:50m, public domain, by the npm package world-atlas 2.0.2; Equal Earth projection.');
console.log('# Made by examples/country_facts/world_map.mjs.');
for (const code of [...rows.keys()].sort()) console.log([code, ...rows.get(code)].join('\t'));
