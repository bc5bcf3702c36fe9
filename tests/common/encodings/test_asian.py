"""Chinese, Japanese and Korean are read in the encodings of their systems, and nothing else is."""

import itertools

import pytest

from common.encodings import check_encoding, detect_encoding
from tests.common.encodings.test_latin import TEXTS as LATIN

TEXTS = {
    "gb18030": (
        "城区,面积,价格\n朝阳区,89.5,560\n海淀区,45,700\n东城区,70,800\n丰台区,60,420\n",
        "小区名称,户型,楼层\n龙湖花园,三室两厅,高楼层\n万科城,两室一厅,低楼层\n",
        "这个房子很好，交通方便，离地铁站很近，但是价格有点高。",
    ),
    "big5": (
        "區域,面積,價格\n大安區,89.5,560\n中正區,45,700\n信義區,70,800\n新店區,33,300\n",
        "這間房子很好，交通方便，離捷運站很近，但是價格有點高。",
    ),
    "cp932": (
        "地域,面積,価格\n新宿区,89.5,560\n渋谷区,45,700\n世田谷区,70,800\n",
        "物件名,最寄駅\nグランドメゾン,新宿\nパークハイツ,渋谷\n",
        "この部屋はとても静かで、駅から近いです。家賃も安いと思います。",
    ),
    "cp949": (
        "지역,면적,가격\n강남구,89.5,560\n서초구,45,700\n마포구,70,800\n",
        "이 집은 지하철역에서 가깝고 아주 조용합니다. 가격도 괜찮습니다.",
    ),
}
TEXTS["euc_jp"] = TEXTS["cp932"]
OTHERS = (
    "район,цена,площадь\nАрбат,1,2\nСокол,3,4\nМитино,5,6\n",
    "тип дома\nкирпич\nпанель\nмонолит\nкирпич\nпанель\n",
    "КВАРТИРА ПРОДАЁТСЯ СРОЧНО, МОСКВА",
    "Чертаново Южное; ЦАО; ЮАО; СВАО; ЗелАО",
    "Цена",
)


@pytest.mark.parametrize(
    ("encoding", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts]
)
def test_asian_text_is_read_as_it_was_written(encoding, text):
    data = text.encode(encoding)
    assert detect_encoding(data) == encoding
    assert detect_encoding(data * 40 + data[:1]) == encoding  # cut within a sign
    check_encoding("flats.csv", data * 40, encoding)


def test_letters_of_full_width_tell_no_encoding():
    row = "東京都,千代田区,３ＬＤＫ,ＳＲＣ,ＪＲ中央線,２０２３年第１四半期\n"
    for times in (1, 10, 200):
        assert detect_encoding((row * times).encode("cp932")) == "cp932"


GREEK = "ΑΘΗΝΑ ΗΡΑΚΛΕΙΟ ΟΡΟΦΟΣ ΌΡΟΦΟΣ ΤΙΜΗ ΕΜΒΑΔΟΝ ΔΡΟΜΟΣ ΔΗΜΗΤΡΙΟΣ ΚΗΦΙΣΙΑ ΠΕΙΡΑΙΑΣ"


@pytest.mark.parametrize("encoding", ["cp1253", "iso8859-7"])
def test_a_few_words_in_greek_capitals_are_no_chinese(encoding):
    for pair in itertools.permutations(GREEK.split(), 2):
        assert detect_encoding(" ".join(pair).encode(encoding)) not in TEXTS


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("text", OTHERS)
def test_russian_is_no_asian_text(encoding, text):
    assert detect_encoding(text.encode(encoding)) not in TEXTS
    assert detect_encoding((text * 10).encode(encoding)) not in TEXTS


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "cp1254", "cp1257", "cp852", "mac_roman"])
def test_latin_letters_are_no_asian_text(encoding):
    for text in LATIN.values():
        assert detect_encoding(text.encode(encoding, "ignore") * 5) not in TEXTS


@pytest.mark.parametrize("encoding", ["cp1253", "cp1255", "cp1256"])
def test_other_alphabets_are_no_asian_text(encoding):
    text = "τιμή εμβαδόν Θεσσαλονίκη " + "מחיר תל אביב שטח קומה " + "السعر المساحة الطابق "
    assert detect_encoding(text.encode(encoding, "ignore") * 5) not in TEXTS
