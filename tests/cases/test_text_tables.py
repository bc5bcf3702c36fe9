"""Text tables as other programs write them: each was once read wrongly, or refused."""

import pytest

from common.tables import detect_encoding, read_table

RUSSIAN = (
    "район;площадь;цена\r\nСокол;55,9;11 180 000 р.\r\n"
    "Арбат;35,8;7 160 000 р.\r\nМарьина Роща;34,6;6 920 000 р.\r\n"
)


@pytest.fixture
def table(tmp_path):
    """Write bytes, read them as a table."""

    def read(content: bytes):
        path = tmp_path / "flats.csv"
        path.write_bytes(content)
        return read_table(path)

    return read


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "\ufeffsep=;"])
def test_the_line_that_names_the_separator_is_no_header(table, line):
    found = table(f"{line}\r\nрайон;цена\r\nСокол;7,5\r\nАрбат;9\r\n".encode())
    assert list(found.frame.columns) == ["район", "цена"]
    assert found.frame["цена"].to_dict() == {3: 7.5, 4: 9.0}


def test_the_separator_that_is_named_wins(table):
    found = table(b"sep=|\nname|price\na,b;c|1\nd,e;f|2\n")
    assert found.found.separator == "|"
    assert found.frame["name"].tolist() == ["a,b;c", "d,e;f"]


def test_a_column_called_sep_is_a_column(table):
    assert list(table(b"sep,price\n1,2\n3,4\n").frame.columns) == ["sep", "price"]


def test_quotation_marks_behind_a_backslash(table):
    rows = "".join(f'"ЖК \\"Заря, корпус {n}\\"",{30 + n}.5,{n + 1}000000\n' for n in range(9))
    frame = table(f"жк,площадь,цена\n{rows}".encode()).frame
    assert frame["жк"].tolist() == [f'ЖК "Заря, корпус {n}"' for n in range(9)]
    assert frame["цена"].tolist() == [(n + 1) * 1_000_000 for n in range(9)]


def test_a_backslash_that_escapes_nothing_stays(table):
    frame = table('путь,цена\n"C:\\flats\\new",1\n"C:\\old",2\n'.encode()).frame
    assert frame["путь"].tolist() == ["C:\\flats\\new", "C:\\old"]


@pytest.mark.parametrize("encoding", ["cp866", "mac_cyrillic", "utf-16-le", "utf-16-be"])
def test_russian_in_encodings_of_other_systems(table, encoding):
    found = table(RUSSIAN.encode(encoding))
    assert found.found.encoding == encoding
    assert list(found.frame.columns) == ["район", "площадь", "цена"]
    assert found.frame["район"].tolist() == ["Сокол", "Арбат", "Марьина Роща"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Straße;Größe;Preis\nKönigstraße;55,9;251.000 €\nJägerweg;35,8;161.000 €\n", "cp1252"),
        ("rue;prix\nAvenue de l'Opéra;251 000 €\nRue du Bac, à côté;161 000 €\n", "cp1252"),
        ("calle;precio\nPeñuelas;100\nAlcalá;200\nGran Vía;300\n", "cp1252"),
        ("plaats;m²\nDelft;55,9 m²\nBreda;35,8 m²\n", "cp1252"),
        ("ulica;cena\nMarszałkowska;251 000 zł\nŚwiętokrzyska;161 000 zł\n", "cp1250"),
        ("ulice;cena\nVítězná;251\nNa Příkopě, Žižkov\nPařížská, Smíchov, Košíře;161\n", "cp1250"),
    ],
)
def test_european_letters_among_latin_ones(text, encoding):
    assert detect_encoding(text.encode(encoding)) == encoding
