"""Texts of Latin letters are read as they were written, whatever program wrote them."""

import pytest

from common.encodings import detect_encoding

TEXTS = {
    "German": "Die Wohnung ist groß, schön und günstig; 65 m², Küche, 350 000 €",
    "German names": "Öl\nÄpfel\nÜbergröße\nMüller\n",
    "French": "Appartement à vendre, très lumineux, près de la forêt; où ça? 54 m³, l'œuvre",
    "French places": "Angélique;5\nÉloïse;3\nÎle-de-France;2\nChâteauroux;1\n",
    "Swiss": "Zurich;5\nGenève;3\nNeuchâtel;2\nDelémont;7\n",
    "Spanish": "¿Piso céntrico? Sí: baño, jardín y tres cuartos; ¡añádelo! España, Cádiz, Logroño",
    "Portuguese": "À noite, vovô põe açúcar no chá; São Paulo, Goiânia, imóvel, condições, João",
    "Swedish": "Lägenhet i Göteborg, två rum och kök, nära Älvsborg, Åsa",
    "Danish": "Jordbær med fløde, Ærø, Århus, Sørensen, Jørgensen, værelse",
    "Italian": "Sì, è un caffè; la città è più lontana: però c'è la metropolitana. Perché no?",
    "caffè": "caffè\ntè\ncaffè\ncaffè\ntè\n",
    "English": "It’s a “good” flat – don’t wait… café, naïve, £350,000 or €400,000",
    "Icelandic": "Kæmi ný öxi hér ykist þjófum nú bæði víl og ádrepa",
    "Dutch": "Coördinatie, ruïne, geïnteresseerd, één, vóór, België",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Czech flats": "Prodej bytu 2+kk, 56 m2, Praha 5, po rekonstrukci, cena 6 500 000 Kč",
    "Czech places": "Brno;5\nPlzeň;7\nČeské Budějovice;3\nÚstí nad Labem;2\n",
    "Slovak": "Kŕdeľ šťastných ďatľov učí pri ústí Váhu mĺkveho koňa obhrýzať kôru",
    "Polish": "Zażółć gęślą jaźń",
    "Polish flats": "Sprzedam mieszkanie dwupokojowe, Warszawa, ul. Długa 7, cena 650 000 zł",
    "Polish places": "Łódź;5\nGdańsk;7\nWrocław;3\nŻory;2\n",
    "Polish pangram": "Pchnąć w tę łódź jeża lub ośm skrzyń fig",
    "Hungarian": "Árvíztűrő tükörfúrógép",
    "Hungarian flats": "Eladó lakás Győrben, második emeleti, felújított, 65 négyzetméter",
    "Hungarian places": "Győr;5\nPécs;7\nSzékesfehérvár;3\nŐriszentpéter;2\n",
    "Romanian": "Apartament cu două camere, în stare foarte bună, lângă parc",
    "Croatian": "Gojazni đačić s biciklom drži hmelj i finu vatu u džepu nošnje",
    "Slovene": "Prodamo stanovanje, dvosobno, čisto, cena po dogovoru; Škofja Loka, Žalec",
    "Turkish": "Pijamalı hasta yağız şoföre çabucak güvendi; İstanbul, Beşiktaş, Çankırı",
    "Turkish places": "Kadıköy;5\nBeşiktaş;7\nÜsküdar;3\nŞişli;2\n",
    "Lithuanian": "Parduodamas butas Vilniuje, Žirmūnai, du kambariai, šildymas, ąžuolas, įėjimas",
    "Latvian": "Pārdod dzīvokli Rīgā, divas istabas, netālu no skolas, Ķengarags, Čiekurkalns",
    "Estonian": "Müüa korter, Põlva, Võru, kaks tuba, köök; Tõnis, Ülle",
}
WRITTEN = {
    "Turkish": ["cp1254"],
    "Turkish places": ["cp1254"],
    "Lithuanian": ["cp1257"],
    "Latvian": ["cp1257"],
    "Estonian": ["cp1257"],
}
CENTRAL = ("Czech", "Slovak", "Polish", "Hungarian", "Romanian", "Croatian", "Slovene")


def encodings_of(name):
    if name in WRITTEN:
        return WRITTEN[name]
    if name == "caffè":  # one letter alone tells cp1252 from cp1250, and not from what is rare
        return ["cp1252"]
    if name.startswith(CENTRAL):
        return ["cp1250", "iso8859-2", "cp852"]
    return ["cp1252", "cp850", "mac_roman"]


def cases():
    for name, text in TEXTS.items():
        for encoding in encodings_of(name):
            try:
                yield pytest.param(text, text.encode(encoding), id=f"{name}, {encoding}")
            except UnicodeEncodeError:  # that encoding has no euro, or no œ
                continue


@pytest.mark.parametrize(("text", "data"), list(cases()))
def test_a_text_comes_back_as_it_was_written(text, data):
    assert data.decode(detect_encoding(data), "replace") == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "mac_cyrillic"])
@pytest.mark.parametrize(
    "text",
    [
        "ЖК Symphony 34, м. Савёловская, smart-студия, 45 м2",
        "Продаётся квартира в Zurich-Хаусе: A и Б, 2-й этаж, Wi-Fi, CCTV",
        "улица;площадь;цена\nЛенина;45;5 000 000\nСадовая;30;4 000 000\n",
    ],
)
def test_russian_among_latin_letters_stays_russian(text, encoding):
    data = text.encode(encoding)
    assert data.decode(detect_encoding(data)) == text
