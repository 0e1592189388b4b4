"""English names of languages, as `{{langx|de|…}}` and `{{lang-de|…}}` put them before the text."""

from __future__ import annotations

_TABLE = """
ab Abkhaz|af Afrikaans|am Amharic|an Aragonese|ang Old English|ar Arabic|arc Aramaic|arz Egyptian Arabic
as Assamese|ast Asturian|av Avar|ay Aymara|az Azerbaijani|ba Bashkir|bar Bavarian|be Belarusian|bg Bulgarian
bh Bihari|bi Bislama|bn Bengali|bo Tibetan|br Breton|bs Bosnian|ca Catalan|ce Chechen|ceb Cebuano|ch Chamorro
chr Cherokee|ckb Central Kurdish|co Corsican|cop Coptic|cr Cree|crh Crimean Tatar|cs Czech
cu Church Slavonic|cv Chuvash|cy Welsh|da Danish|de German|dsb Lower Sorbian|dv Dhivehi|dz Dzongkha|el Greek
en English|eo Esperanto|es Spanish|et Estonian|eu Basque|fa Persian|fi Finnish|fil Filipino|fj Fijian
fo Faroese|fr French|frk Frankish|fro Old French|fy West Frisian|ga Irish|gd Scottish Gaelic|gl Galician
gmh Middle High German|gn Guarani|goh Old High German|got Gothic|grc Ancient Greek|gsw Alemannic German
gu Gujarati|gv Manx|ha Hausa|haw Hawaiian|he Hebrew|hi Hindi|hr Croatian|hsb Upper Sorbian
ht Haitian Creole|hu Hungarian|hy Armenian|ia Interlingua|id Indonesian|ig Igbo|is Icelandic|it Italian
iu Inuktitut|ja Japanese|jv Javanese|ka Georgian|kab Kabyle|kk Kazakh|kl Greenlandic|km Khmer|kn Kannada
ko Korean|ku Kurdish|kv Komi|kw Cornish|ky Kyrgyz|la Latin|lad Judaeo-Spanish|lb Luxembourgish|li Limburgish
ln Lingala|lo Lao|lt Lithuanian|lv Latvian|mg Malagasy|mh Marshallese|mi Maori|mk Macedonian|ml Malayalam
mn Mongolian|mr Marathi|ms Malay|mt Maltese|my Burmese|nah Nahuatl|nap Neapolitan|nds Low German|ne Nepali
nl Dutch|nn Norwegian Nynorsk|no Norwegian|nb Norwegian Bokmål|non Old Norse|nv Navajo|oc Occitan|om Oromo
or Odia|os Ossetian|ota Ottoman Turkish|pa Punjabi|pi Pali|pl Polish|pms Piedmontese|ps Pashto|pt Portuguese
qu Quechua|rm Romansh|ro Romanian|ru Russian|rw Kinyarwanda|sa Sanskrit|sc Sardinian|scn Sicilian|sco Scots
sd Sindhi|se Northern Sami|sh Serbo-Croatian|si Sinhala|sk Slovak|sl Slovene|sm Samoan|sn Shona|so Somali
sq Albanian|sr Serbian|st Sotho|su Sundanese|sv Swedish|sw Swahili|syc Classical Syriac|syr Syriac|szl Silesian
ta Tamil|te Telugu|tet Tetum|tg Tajik|th Thai|ti Tigrinya|tk Turkmen|tl Tagalog|tn Tswana|to Tongan|tr Turkish
ts Tsonga|tt Tatar|tw Twi|ug Uyghur|uk Ukrainian|ur Urdu|uz Uzbek|ve Venda|vec Venetian|vi Vietnamese
vo Volapük|wa Walloon|wo Wolof|xh Xhosa|yi Yiddish|yo Yoruba|yue Cantonese|zh Chinese|zu Zulu
"""
ENGLISH_NAMES = dict(
    entry.split(" ", 1) for line in _TABLE.strip().splitlines() for entry in line.split("|")
)


def english_name(code: str) -> str:
    """`de-AT` -> `German`; empty for a code that is not in the table."""
    code = code.strip().lower()
    return ENGLISH_NAMES.get(code) or ENGLISH_NAMES.get(code.partition("-")[0], "")
