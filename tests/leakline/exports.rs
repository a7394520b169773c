//! Headers of well-known programs' exports: every column of numbers is read, in full rows and in
//! sparse ones.

use crate::world::World;

/// The header of an export, a comma between its columns; a star marks a column of numbers, and a
/// plus one that only its cells tell.
#[rustfmt::skip]
const HEADERS: [(&str, &str); 80] = [
    ("Outlook", "First Name,Last Name,E-mail Address,*Primary Phone,*Home Phone,*Home Phone 2,*Mobile Phone,*Business Phone,*Business Phone 2,*Company Main Phone,*Assistant's Phone,*Callback,*Car Phone,*Other Phone,*Radio Phone,Notes"),
    ("Outlook, French", "Prénom,Nom,*Téléphone (bureau),*Téléphone (domicile),*Tél. mobile,*Téléphone principal,Adresse de messagerie"),
    ("Outlook, German", "Vorname,Nachname,*Telefon geschäftlich,*Telefon geschäftlich 2,*Telefon (privat),*Mobiltelefon,*Weiteres Telefon,*Autotelefon,Notizen"),
    ("Outlook, Spanish", "Nombre,Apellidos,*Teléfono del trabajo,*Teléfono particular,*Teléfono móvil,*Otro teléfono,Notas"),
    ("Outlook, Italian", "Nome,Cognome,*Telefono (uff.),*Telefono (ab.),*Cellulare,*Altro telefono,Note"),
    ("Outlook, Portuguese", "Nome,Sobrenome,*Telefone comercial,*Telefone residencial,*Telefone celular,*Outro telefone,Anotações"),
    ("Outlook, Dutch", "Voornaam,Achternaam,*Telefoon op werk,*Telefoon thuis,*Mobiele telefoon,*Andere telefoon,Notities"),
    ("Outlook, Swedish", "Förnamn,Efternamn,*Telefon (arbete),*Telefon (hem),*Mobiltelefon,Anteckningar"),
    ("Outlook, Polish", "Imię,Nazwisko,*Telefon służbowy,*Telefon domowy,*Telefon komórkowy,Notatki"),
    ("Outlook, Turkish", "Ad,Soyadı,*İş Telefonu,*Ev Telefonu,*Cep Telefonu,Notlar"),
    ("Outlook, Russian", "Имя,Фамилия,*Рабочий телефон,*Домашний телефон,*Телефон переносной,Заметки"),
    ("Outlook, Chinese", "名,姓,*商务电话,*住宅电话,*移动电话,附注"),
    ("Outlook, Japanese", "名,姓,*会社電話,*自宅電話番号,*携帯電話,メモ"),
    ("Google Contacts", "Name,Given Name,Family Name,Phone 1 - Type,*Phone 1 - Value,Phone 2 - Type,*Phone 2 - Value,Phone 3 - Label,*Phone 3 - Value"),
    ("Google Workspace users", "First Name,Last Name,Email Address,*Recovery Phone [E.164],*Work Phone,*Home Phone,*Mobile Phone,Employee ID"),
    ("iCloud, iPhone", "First name,Last name,*home,*work,*iPhone,*main"),
    ("Android backup", "Display Name,*Phone Number,*Alternative,Note"),
    ("Samsung", "Name,*Mobile,*Home,*Work,Group"),
    ("Thunderbird", "First Name,Last Name,Display Name,*Work Phone,*Home Phone,*Pager Number,*Mobile Number"),
    ("Yahoo", "First,Last,Email,*Home,*Work,*Pager,*Mobile,*Other"),
    ("Salesforce leads", "First Name,Last Name,Company,*Phone,*Mobile,Fax Opt Out,Lead Source"),
    ("Salesforce contacts", "Contact ID,Full Name,*Business Phone,*Home Phone,*Other Phone,*Asst. Phone,Do Not Call"),
    ("HubSpot", "Record ID,First Name,*Phone Number,*Mobile Phone Number,*WhatsApp Phone Number,Create Date"),
    ("Zoho CRM", "Record Id,Last Name,*Phone,*Mobile,*Home Phone,*Asst Phone,*Other Phone,Created Time"),
    ("Pipedrive", "Person - ID,Person - Name,*Person - Phone - Work,*Person - Phone - Home,*Person - Phone - Mobile,*Person - Phone - Other"),
    ("Dynamics 365", "Full Name,*Business Phone,*Mobile Phone,*Address 1: Phone,Country/Region"),
    ("ZoomInfo", "ZoomInfo Contact ID,Last Name,*Direct Phone Number,*Mobile phone,*Company HQ Phone"),
    ("Apollo", "First Name,Title,*First Phone,*Work Direct Phone,*Home Phone,*Mobile Phone,*Corporate Phone,*Other Phone,Stage"),
    ("LinkedIn Sales", "profileUrl,fullName,*phoneNumber,*companyPhone,location"),
    ("Lusha", "First name,Last name,*Phone 1,*Phone 2,Phone Type 1"),
    ("Meta leads", "id,created_time,ad_id,full_name,*phone_number,*work_phone_number,is_organic"),
    ("TikTok leads", "Lead ID,Name,*Phone number,*Whatsapp,Created time"),
    ("Mailchimp", "Email Address,First Name,*Phone Number,*SMS Phone Number,MEMBER_RATING"),
    ("Klaviyo", "Email,First Name,*Phone Number,Klaviyo ID"),
    ("Brevo", "EMAIL,LASTNAME,*SMS,*WHATSAPP,*LANDLINE_NUMBER"),
    ("ActiveCampaign", "contact_id,email,first_name,*phone,*mobile_phone"),
    ("Shopify customers", "Customer ID,First Name,*Default Address Phone,*Phone,Total Spent"),
    ("Shopify orders", "Name,Email,*Billing Phone,*Shipping Phone,Billing Zip,Total"),
    ("WooCommerce", "order_id,billing_first_name,*billing_phone,*shipping_phone,order_total"),
    ("Magento", "ID,Name,Email,*Phone,ZIP,*Billing Telephone"),
    ("PrestaShop", "id_customer,nom,*telephone,*telephone_mobile,code postal"),
    ("OpenCart", "customer_id,firstname,*telephone,date_added"),
    ("Amazon seller", "order-id,purchase-date,buyer-name,*buyer-phone-number,*ship-phone-number"),
    ("eBay", "Sales Record Number,Buyer Name,*Buyer Phone,*Ship To Phone"),
    ("Square", "Reference ID,First Name,*Phone Number,Transaction Count"),
    ("Stripe", "id,Description,Email,*Phone,*Shipping Phone,Created (UTC)"),
    ("Airbnb", "Confirmation code,Guest name,*Contact,# of adults"),
    ("Booking.com", "Book number,Guest name(s),*Phone number,Price"),
    ("Eventbrite", "Order #,First Name,*Cell Phone,*Home Phone,*Work Phone,Ticket Type"),
    ("Meetup", "Name,User ID,*Contact number"),
    ("Zendesk", "ID,Name,*Phone,*Shared phone"),
    ("Freshdesk", "Full name,*Work phone,*Mobile phone,Unique External Id"),
    ("Intercom", "User ID,Name,*Phone,*WhatsApp number,Signed up"),
    ("Telegram", "user_id,username,first_name,*phone"),
    ("WhatsApp group", "*Número,Nome,Admin"),
    ("Truecaller", "Name,*Number,Carrier,City"),
    ("Active Directory", "SamAccountName,*OfficePhone,*HomePhone,*MobilePhone,*ipPhone"),
    ("Moodle", "username,firstname,*phone1,*phone2,idnumber"),
    ("Workday", "Employee ID,Legal Name,*Primary Work Phone,*Primary Home Phone,*Emergency Contact Phone"),
    ("Vietnam", "STT,Họ và tên,*Số điện thoại,*SĐT phụ"),
    ("Indonesia", "No,Nama,*No. HP,*No. WA,*Nomor Telepon Rumah,Alamat"),
    ("Hindi", "नाम,*फ़ोन नंबर,*मोबाइल,शहर"),
    ("Arabic", "الاسم,*رقم الجوال,*هاتف المنزل,المدينة"),
    ("Names that say nothing", "a,*b,*c,d"),
    ("SAP customers", "KUNNR,NAME1,ORT01,+TELF1,+TELF2,+TELFX,ERDAT"),
    ("Google Forms", "Timestamp,Full name,+Your WhatsApp number (with country code),+Emergency contact,Any comments?"),
    ("Google Forms, Brazil", "Carimbo de data/hora,Nome completo,*Seu WhatsApp com DDD,*Celular do responsável"),
    ("Typeform", "#,What is your name?,*What is your phone number?,+Best number to reach you,Network ID"),
    ("Calls of a carrier", "call_id,+A_NUMBER,+B_NUMBER,START_TIME,DURATION,IMEI,IMSI"),
    ("Twilio", "Sid,+From,+To,Status,Price"),
    ("Asterisk", "accountcode,+src,+dst,dcontext,clid,uniqueid"),
    ("Nokia", "Title,First name,*General mobile,*General phone,*Home mobile,*Business phone,+Video call,+Push to talk"),
    ("Thunderbird, German", "Vorname,Nachname,*Tel. dienstlich,*Tel. privat,+Fax-Nummer,*Pager-Nummer,*Mobil-Tel.-Nr.,Geburtsjahr"),
    ("Bitrix24", "ID,Имя,*Рабочий телефон,*Мобильный телефон,+Номер факса,+Номер пейджера,*Телефон для рассылок,Дата создания"),
    ("Czech", "Jméno,Příjmení,*Mobil,+Pevná linka,IČO,PSČ"),
    ("Serbian", "Име,Презиме,*Број телефона,*Мобилни,ЈМБГ"),
    ("Lithuanian", "Vardas,*Mob. tel. nr.,*Namų telefonas,Asmens kodas"),
    ("Icelandic", "Nafn,*Farsími,+Heimasími,Kennitala"),
    ("Korean", "이름,성,*근무처 전화,*집 전화 번호,*휴대폰,+호출기,+근무처 팩스"),
    ("Names with a digit", "id,+x1,+x2,+x3"),
];

/// The `n`th number of a range that is reserved for fiction.
fn number(n: usize) -> String {
    format!("+1 212-555-01{:02}", n % 100)
}

/// Columns of an export, each with whether it holds numbers.
fn columns(header: &str) -> Vec<(&str, bool)> {
    let columns = header.split(',');
    columns
        .map(|name| {
            (
                name.trim_start_matches(['*', '+']),
                name.starts_with(['*', '+']),
            )
        })
        .collect()
}

/// A cell that is no number: a word, or digits of an id.
fn other(name: &str, row: usize) -> String {
    if name.to_lowercase().contains("id") || name.contains('#') {
        format!("{}", 100_000 + row * 17)
    } else {
        ["Ann", "Bo", "Cy"][row % 3].to_owned()
    }
}

/// Numbers in rows that fill every column, or one column each.
fn table(header: &str, sparse: bool) -> (String, usize) {
    let columns = columns(header);
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut text = names.join(",") + "\n";
    let mut numbers = 0;
    let phones = columns.iter().filter(|(_, is_phone)| *is_phone).count();
    for row in 0..phones.max(3) * 2 {
        let mut phone = 0;
        let cells = columns.iter().map(|(name, is_phone)| {
            if !is_phone {
                return other(name, row);
            }
            phone += 1;
            if sparse && phone - 1 != row % phones {
                return String::new();
            }
            numbers += 1;
            number(numbers)
        });
        text += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    (text, numbers)
}

#[test]
fn every_column_of_numbers_of_known_exports_is_read() {
    let world = World::new();
    let mut wrong = Vec::new();
    for (program, header) in HEADERS {
        for sparse in [false, true] {
            let (text, numbers) = table(header, sparse);
            world.file("export.csv", text);
            let args = ["load", "export.csv", "--dry-run", "--json", "--source", "s"];
            let run = world.run(args);
            let found = if run.code == Some(0) {
                let report = run.json();
                (
                    report["accepted"].as_u64().unwrap(),
                    report["rejected"].as_u64().unwrap(),
                )
            } else {
                (0, 0)
            };
            if found != (numbers as u64, 0) {
                let said = &run.stderr;
                wrong.push(format!(
                    "{program}, sparse {sparse}: {found:?} of {numbers}: {said}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_column_that_is_empty_in_the_sample_is_read_by_its_name_or_its_numbers_are_counted() {
    let world = World::new();
    for (program, header) in HEADERS {
        let columns = columns(header);
        // Names that only the cells explain.
        let is_plain = |name: &str| {
            [
                "home",
                "work",
                "other",
                "alternative",
                "main",
                "contact",
                "number",
                "número",
            ]
            .contains(&name.to_lowercase().as_str())
                || name.len() == 1
        };
        let told = header.split(',').map(|name| name.starts_with('*'));
        let phones = (columns.iter().zip(told).enumerate())
            .filter(|(_, ((_, is_phone), _))| *is_phone)
            .map(|(index, ((name, _), told))| (index, told && !is_plain(name)));
        let (phones, others): (Vec<_>, Vec<_>) = phones.partition(|(_, is_told)| *is_told);
        let index = |columns: Vec<(usize, bool)>| -> Vec<usize> {
            columns.into_iter().map(|(index, _)| index).collect()
        };
        let (phones, others) = (index(phones), index(others));
        if phones.is_empty() || phones.len() + others.len() < 2 {
            continue;
        }
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let row = |filled: usize, number: &str| {
            let cells = (0..columns.len()).map(|index| if index == filled { number } else { "" });
            cells.collect::<Vec<_>>().join(",") + "," + &"x".repeat(2000) + "\n"
        };
        // Longer than any sample, with numbers in the first column of them only.
        let first = row(phones[0], "+1 212-555-0100").repeat(150);
        let late: String = (phones[1..].iter().chain(&others))
            .map(|&late| row(late, "+61 491 570 006"))
            .collect();
        world.file(
            "export.csv",
            names.join(",") + ",Biography\n" + &first + &late,
        );
        let args = ["load", "export.csv", "--dry-run", "--json", "--source", "s"];
        let report = world.run(args).expect(0).json();
        let countries = report["countries"].as_array().unwrap();
        let of_australia = countries.iter().find(|country| country["country"] == "AU");
        let records = of_australia.map_or(0, |country| country["records"].as_u64().unwrap());
        let unread = &report["rejected_by_reason"]["unread_column"];
        let found = (records, unread.as_u64().unwrap_or_default());
        let expected = (phones.len() as u64 - 1, others.len() as u64);
        assert_eq!(found, expected, "{program}: {report}");
    }
}
