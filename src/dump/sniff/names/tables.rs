//! The names of columns and keys that exports of programs and forms have, in their natural
//! spelling.

/// Names that mean a phone number and nothing else.
#[rustfmt::skip]
pub(super) const PHONE: &[&str] = &[
    // English.
    "phone", "phones", "phone number", "phone numbers", "phone no", "phone num", "phone nr", "phone value", "phone #",
    "mobile", "mobiles", "mobile phone", "mobile phone number", "mobile number", "mobile no", "mobile num", "mob",
    "mobile telephone", "MSISDN", "tel", "tels", "telephone", "telephones", "telephone number", "telephone no", "tel no",
    "tel number", "tel num", "cellphone", "cell phone number", "cell number", "cell no", "WhatsApp", "WhatsApp number",
    "WhatsApp no", "WhatsApp phone", "contact number", "contact no", "contact phone", "user phone", "customer phone",
    "phone mobile", "tel mobile", "phone E164", "E.164", "primary phone", "secondary phone", "home phone", "business phone",
    "work phone", "company main phone", "office phone", "other phone", "car phone", "radio phone", "assistant's phone",
    "callback", "day phone", "evening phone", "telephone number value", "home number", "work number", "alternate phone",
    // German, Dutch.
    "Telefon", "Telefonnummer", "Telefon-Nr.", "Handy", "Handynummer", "Handy-Nr.", "Mobil", "Mobilnummer", "Mobiltelefon",
    "Mobil-Nr.", "Rufnummer", "Festnetz", "Telefoon", "Telefoonnummer", "Mobiel nummer", "Mobiele telefoon", "GSM", "GSM-nummer",
    // Scandinavian, Finnish, Icelandic, Estonian, Latvian, Lithuanian.
    "Tlf.", "Tlf.nr.", "Mobilnr.", "Telefonnr.", "Puhelin", "Puhelinnumero", "Matkapuhelin", "Sími", "Símanúmer", "Farsími",
    "Mobiiltelefon", "Tālrunis", "Tālruņa numurs", "Telefonas", "Telefono numeris",
    // French, Italian, Spanish, Catalan, Portuguese, Romanian.
    "Téléphone", "Téléphone portable", "Numéro de téléphone", "Numéro téléphone", "Num. tél.", "Portable", "Téléphone mobile",
    "Telefono", "Telefoni", "Numero di telefono", "Numero telefono", "Número de teléfono", "Teléfono", "Cellulare",
    "Numero cellulare", "Telefono cellulare", "Celular", "Número celular", "Número de celular", "Móvil", "Número móvil",
    "Teléfono móvil", "Teléfono celular", "Telèfon", "Telèfon mòbil", "Telefone", "Telefone celular", "Telemóvel",
    "Número de telefone", "Fone", "Număr de telefon",
    // Polish, Czech, Slovak, Slovene, Croatian, Serbian, Hungarian, Albanian.
    "Numer telefonu", "Komórka", "Telefon komórkowy", "Číslo telefonu", "Telefonní číslo", "Telefónne číslo", "Mobilní telefon",
    "Telefonska številka", "Broj telefona", "Mobitel", "Број телефона", "Телефон", "Telefonszám", "Mobiltelefonszám", "Numri i telefonit",
    // Turkish, Azerbaijani, Uzbek, Greek.
    "Cep Telefonu", "Cep Tel", "Cep No", "Cep Numarası", "Telefon Numarası", "GSM No", "Telefon nömrəsi", "Telefon raqami", "Τηλέφωνο", "Κινητό",
    "Κινητό τηλέφωνο", "Αριθμός τηλεφώνου",
    // Russian, Ukrainian, Bulgarian, Belarusian, Kazakh.
    "Номер телефона", "Мобильный", "Мобильный телефон", "Сотовый", "Сотовый телефон", "Номер телефону", "Мобільний телефон",
    "Мобілен телефон", "Мобилен телефон", "Телефонен номер", "Нумар тэлефона", "Тел.", "Телефон нөмірі",
    // Georgian, Armenian.
    "ტელეფონი", "ტელეფონის ნომერი", "Հեռախոս", "Հեռախոսահամար",
    // Arabic, Hebrew, Persian, Urdu.
    "هاتف", "الهاتف", "رقم الهاتف", "رقم هاتف", "جوال", "الجوال", "رقم الجوال", "موبايل", "الموبايل", "رقم الموبايل", "محمول",
    "تليفون", "تلفون", "رقم التليفون", "واتساب", "טלפון", "נייד", "מספר טלפון", "טלפון נייד", "موبایل", "تلفن", "شماره تلفن", "فون", "فون نمبر",
    // Indonesian, Malay, Filipino, Vietnamese, Swahili.
    "Telepon", "Telpon", "Nomor Telepon", "No. Telp", "Telp", "No. HP", "Nomor HP", "No. Handphone", "Handphone", "No. Tel",
    "No. WA", "Nomor WhatsApp", "Telefon bimbit", "Numero ng telepono", "Số điện thoại", "Điện thoại", "Điện thoại di động", "SĐT",
    "Simu", "Nambari ya simu",
    // Thai, Lao, Khmer, Burmese.
    "โทรศัพท์", "เบอร์โทร", "เบอร์โทรศัพท์", "มือถือ", "ໂທລະສັບ", "ទូរស័ព្ទ", "ဖုန်း", "ဖုန်းနံပါတ်",
    // Hindi, Bengali, Punjabi, Gujarati, Tamil, Telugu, Amharic.
    "फोन", "फ़ोन नंबर", "मोबाइल", "मोबाइल नंबर", "ফোন", "মোবাইল", "ফোন নম্বর", "ਫ਼ੋਨ", "ફોન", "தொலைபேசி", "கைபேசி", "ఫోన్", "ስልክ",
    // Chinese, Japanese, Korean.
    "电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "移动电话", "電話", "電話番号", "手機", "手機號碼", "行動電話", "携帯",
    "携帯電話", "携帯番号", "전화번호", "전화", "휴대폰", "핸드폰", "휴대전화", "연락처",
];

/// Words that mean a phone number beside any other: `Home Phone 2`, `Tél. domicile`.
#[rustfmt::skip]
pub(super) const PHONE_WORDS: &[&str] = &[
    "phone", "phones", "tel", "tél", "tels", "telefon", "telephone", "mobile", "mobil", "mobiel", "mobiele", "mob", "cell", "cel",
    "cellular", "cellulare", "celular", "movil", "móvil", "handy", "fon", "fone", "fono", "gsm", "whatsapp", "whats", "wa",
    "hp", "telp", "telpon", "tlf", "tlfn", "tfn", "tlph", "ph", "phn", "msisdn", "viber", "sms", "imo", "festnetz", "landline",
    "portable", "portatile", "simu", "komórka", "mobitel", "pager", "тел", "моб", "сот", "мобильный", "сотовый", "мобільний",
    "мобилен", "جوال", "نييد", "נייד", "sđt",
];

/// Parts of words that mean a phone number, in languages that join their words and in scripts
/// without spaces.
#[rustfmt::skip]
pub(super) const PHONE_STEMS: &[&str] = &[
    "phone", "telefon", "teléfon", "telephon", "telefoon", "telepon", "telepono", "handynum", "rufnummer", "whatsapp", "msisdn",
    "puhelin", "celular", "cellular", "mobilnum", "mobilnr", "mobiltel", "mobiilt", "telemovel", "telemóvel", "símanúm", "tālru",
    "телефон", "тэлефон", "τηλέφων", "κινητ", "ტელეფონ", "հեռախոս", "هاتف", "موبايل", "موبایل", "تليفون", "تلفن", "تلفون", "טלפון",
    "điệnthoại", "โทรศัพท์", "เบอร์โทร", "มือถือ", "ໂທລະສັບ", "ទូរស័ព្ទ", "ဖုန်း", "फोन", "फ़ोन", "मोबाइल", "ফোন", "মোবাইল", "ਫ਼ੋਨ", "ફોન",
    "தொலைபேசி", "ఫోన్", "ስልክ", "电话", "電話", "手机", "手機", "携帯", "전화", "휴대폰", "핸드폰",
];

/// Beginnings of words that mean a phone number, in languages that bend their words: `Mobiltlf`,
/// `Broj mobitela`, `мобильного`.
#[rustfmt::skip]
pub(super) const PHONE_BEGINNINGS: &[&str] = &[
    "mobiln", "mobilt", "mobilh", "mobilus", "mobils", "mobitel", "mobiel", "cellular", "celular", "мобильн", "мобільн", "мобилн",
    "мобилен", "сотов", "موبائل", "موبایل", "मोबाई", "मोबाइ", "सम्पर्क", "संपर्क", "মোবাই", "ಮೊಬೈ", "മൊബൈ", "મોબાઇ", "ਮੋਬਾ",
    "மொபை", "మొబై", "մոբայլ", "բջջային", "მობილ",
];

/// Names that may mean a number: read if no better name is there and the cells bear them out.
#[rustfmt::skip]
pub(super) const MAYBE_PHONE: &[&str] = &[
    "number", "numbers", "num", "nr", "no", "numero", "numeri", "número", "numéro", "nummer", "numer", "număr", "cells",
    "contact", "contacts", "رقم", "الرقم", "номер", "מספר", "番号", "号码", "number 1", "recipient", "subscriber", "caller",
    "callee", "address", "home", "work", "main", "sender", "called", "calling", "receiver",
    // A mobile phone in Turkish, a postal code in Portuguese.
    "cep",
];

/// Last words of names that speak of a number and do not hold it: `Phone 1 - Type`,
/// `phone_verified`.
#[rustfmt::skip]
pub(super) const NOT_THE_NUMBER: &[&str] = &[
    "type", "types", "typ", "tipo", "тип", "类型", "種類", "label", "labels", "kind", "category", "verified", "confirmed", "valid",
    "validated", "status", "consent", "opt", "optin", "optout", "in", "out", "model", "brand", "make", "carrier", "operator",
    "provider", "network", "ext", "extn", "extension", "country", "code", "prefix", "flag", "date", "time", "at", "on", "hash", "os", "version", "email", "mail", "count", "preferred", "primary", "visible", "privacy", "public", "region",
    "timezone", "id", "ids", "name", "notes", "note", "bill", "cost", "plan", "usage", "price", "service", "app", "device", "token",
    "call", "calls", "marketing", "subscribed", "allowed", "sort", "order", "format", "pin", "otp", "state", "land",
];

/// Words anywhere in a name that say the same.
#[rustfmt::skip]
pub(super) const NEVER_THE_NUMBER: &[&str] = &[
    "type", "carrier", "country", "ext", "extension", "hash", "model", "dial", "dialling", "dialing",
];

/// Names that mean a country, those that say it best first.
#[rustfmt::skip]
pub(super) const COUNTRY: &[&str] = &[
    "country", "country name", "country/region", "country or region", "region/country", "country/territory", "country iso",
    "country ISO2", "country ISO3", "country alpha 2", "ISO country", "ISO country code", "iso", "iso2", "iso3", "iso code",
    "alpha 2", "alpha 3", "pays", "pays/région", "paese", "paese/area geografica", "nazione", "país", "país/región",
    "país/região", "Land", "Land/Region", "Staat", "kraj", "kraj/region", "země", "krajina", "država", "ország", "ország/terület",
    "țară", "țară/regiune", "ülke", "ülke/bölge", "maa", "χώρα", "страна", "страна/регион", "країна", "държава", "دولة", "الدولة", "بلد",
    "البلد", "کشور", "ملک", "ארץ", "מדינה", "negara", "negara/wilayah", "quốc gia", "ประเทศ", "国家", "国家/地区", "國家", "國家/地區",
    "国", "国/地域", "국가", "국가/지역", "देश", "দেশ", "phone country", "mobile country", "country code", "cc", "code pays",
    "codice paese", "código país", "landcode", "Ländercode", "Länderkennzeichen", "phone country code", "dial code", "dialling code",
    "dialing code", "calling code", "country calling code", "country dial code", "int. dialling code", "Ländervorwahl", "indicatif pays",
    "locale",
];

/// Words that mean a country beside any other: `Billing Country`.
#[rustfmt::skip]
pub(super) const COUNTRY_WORDS: &[&str] = &[
    "country", "nation", "pays", "paese", "país", "nazione", "страна", "країна", "دولة", "الدولة", "negara", "ülke", "kraj", "χώρα", "国家", "國家",
    "landcode",
];

/// Words of names that mean something else that is written in digits: read only if the cells are
/// international numbers.
#[rustfmt::skip]
pub(super) const OTHER_DIGITS: &[&str] = &[
    "id", "ids", "uid", "uuid", "guid", "imei", "imsi", "iccid", "meid", "esn", "ssn", "sin", "order", "invoice",
    "account", "acct", "iban", "bic", "zip", "zipcode", "plz", "postal", "postcode", "cap", "date", "datum", "fecha", "data", "дата",
    "日期", "time", "timestamp", "created", "updated", "modified", "joined", "birthday", "birthdate", "birth", "dob", "born", "ts",
    "price", "amount", "total", "qty", "quantity", "sum", "balance", "hash", "md", "sha", "sku", "ean", "gtin", "upc",
    "isbn", "asin", "barcode", "serial", "mac", "ip", "latitude", "longitude", "lat", "lng", "lon", "year", "tracking", "transaction",
    "txn", "ticket", "token", "password", "pass", "pin", "vat", "tax", "passport", "licence", "license", "nid", "cnic", "cpf", "cnpj",
    "dni", "nif", "rut", "inn", "инн", "снилс", "паспорт", "aadhaar", "pan", "kundennummer", "kundennr", "bestellnummer", "rechnungsnummer",
    "artikelnummer", "artikelnr", "cliente", "commande", "facture", "pedido", "factura", "заказ", "индекс", "订单", "订单号", "注文番号",
    "count", "height", "weight", "size", "version", "epoch", "millis", "bytes", "card", "sequence", "seq", "row", "index", "ref",
    "reference", "case", "policy", "member", "membership", "customer", "cust", "user", "employee", "matricule", "student", "crc", "checksum",
];

/// Other words that headers have: a first row with one of them is a header.
#[rustfmt::skip]
pub(super) const COMMON: &[&str] = &[
    "name", "names", "first", "last", "firstname", "lastname", "fname", "lname", "surname", "forename", "middle", "full", "fullname",
    "given", "family", "nickname", "nick", "username", "login", "handle", "email", "mail", "e-mail", "emails", "title", "gender", "sex",
    "age", "city", "town", "state", "street", "address", "addr", "province", "district", "region", "location", "place", "company",
    "organization", "organisation", "org", "employer", "job", "work", "home", "business", "office", "main", "other", "department", "role", "status",
    "type", "value", "values", "label", "note", "notes", "comment", "comments", "remark", "remarks", "handset", "description", "category", "group", "groups", "tags",
    "source", "url", "website", "web", "profile", "language", "lang", "photo", "fax", "telefax", "website", "relationship", "primary",
    "secondary", "alternate", "emergency", "number", "text", "message", "key", "field", "record", "contact", "contacts", "users", "people",
    "customers", "members", "items", "rows", "results", "hits", "source", "attributes", "properties",
    "Vorname", "Nachname", "Anrede", "Ort", "Stadt", "Straße", "Strasse", "Firma", "Geschlecht", "Geburtsdatum", "Bemerkung",
    "nom", "prénom", "ville", "adresse", "rue", "société", "sexe", "courriel", "nome", "cognome", "città", "indirizzo", "azienda",
    "nombre", "apellido", "apellidos", "ciudad", "dirección", "empresa", "correo", "sobrenome", "cidade", "endereço", "naam",
    "voornaam", "achternaam", "plaats", "straat", "bedrijf", "navn", "fornavn", "etternavn", "efternavn", "namn", "förnamn", "efternamn",
    "nimi", "etunimi", "sukunimi", "imię", "nazwisko", "miasto", "jméno", "příjmení", "město", "név", "ad", "soyad", "isim", "şehir",
    "nume", "prenume", "oraș", "όνομα", "επώνυμο", "πόλη", "имя", "фамилия", "отчество", "город", "адрес", "почта", "имейл", "ім'я", "прізвище",
    "місто", "име", "الاسم", "اسم", "المدينة", "العنوان", "البريد", "שם", "עיר", "نام", "شهر", "nama", "kota", "alamat", "tên", "họ",
    "thành", "địa", "ชื่อ", "นามสกุล", "नाम", "शहर", "নাম", "姓名", "名字", "姓", "名", "城市", "地址", "邮箱", "氏名", "名前", "住所", "이름", "주소", "성명",
];
