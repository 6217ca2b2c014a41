"""Encodings are told from one another by the letters of one language."""

from __future__ import annotations

import pytest

from ui.tables.encoding import find_encoding

TEXTS = {
    "cp1252": ("größer als Äpfel", "naïve café à Orléans, où", "El niño pequeño mañana",
               "não há ações coração", "perché così è già più", "Åse på øya, blåbær",
               "hyvää päivää, yötä", "það er gott, æðislegt"),
    "cp1250": ("Příliš žluťoučký kůň", "Zażółć gęślą jaźń", "árvíztűrő tükörfúrógép",
               "Čakovec, Šibenik, Đakovo", "ţară, oraş, învăţător"),
    "cp1254": ("İstanbul'da yağmur yağıyor", "Çağrı şoför"),
    "cp1257": ("Šiauliai, Žemaitija, ąžuolas", "Rīga, Jūrmala, Cēsis, ķirsis"),
    "cp1251": ("съешь ещё этих мягких булок", "возраст доход", "город цена число", "Київ, Львів, Їжак"),
    "koi8_r": ("съешь ещё этих мягких булок",),
    "cp866": ("съешь ещё этих мягких булок",),
    "cp1253": ("Ξεσκεπάζω την ψυχοφθόρα",),
    "cp1255": ("שלום עולם טוב",),
    "cp1256": ("مرحبا بالعالم",),
    "cp874": ("กรุงเทพมหานคร เชียงใหม่", "อายุ ขนาด เมือง รายได้ ใช่ ไม่ใช่"),
    "iso8859_2": ("Příliš žluťoučký kůň", "Zażółć gęślą jaźń"),
    "cp850": ("größer Äpfel Köln", "naïve café à où"),
    "mac_roman": ("größer Äpfel Köln", "naïve café à où", "não ações"),
    "gb18030": ("中国北京上海广州，数据表格", "日期,数量,类别,2023年1月1日,是"),
    "big5": ("臺灣臺北高雄資料表格",),
    "cp932": ("日本東京のデータ", "ひらがなカタカナ"),
    "euc_kr": ("대한민국 서울 부산 데이터",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts]
)
def test_a_table_of_one_language_is_decoded_as_it_was_written(encoding: str, text: str) -> None:
    content = "name,y\n" + "".join(f"{text},{k % 2}\n" for k in range(20))
    data = content.encode(encoding)
    assert data.decode(find_encoding(data)) == content


def test_signs_alone_are_windows_own() -> None:
    assert find_encoding("a,b\n5 €,“x”\n".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    ("encoding", "names"),
    [("cp1252", "ikä;kaupunki;lähti"), ("cp1252", "Ålder;län"), ("cp1252", "âge;résilié"),
     ("cp1250", "věk;příjem"), ("cp1251", "возраст;доход")],
)  # fmt: skip
def test_a_space_between_thousands_that_does_not_break_is_no_letter(encoding: str, names: str) -> None:
    rows = "".join(f"{row};{row % 9}\u00a0{100 + row},50\n" for row in range(40))
    assert find_encoding(f"{names}\n{rows}".encode(encoding)) == encoding


def test_a_currency_behind_every_number_does_not_hide_the_language() -> None:
    rows = "".join(f"{['Škoda', 'VW', 'Opel'][row % 3]};{row}.5k €\n" for row in range(60))
    assert find_encoding(f"Marke;Höhe\n{rows}".encode("cp1252")) == "cp1252"
    assert find_encoding(f"Marke;Höhe\n{rows}".encode("mac_roman", errors="ignore")) == "mac_roman"
