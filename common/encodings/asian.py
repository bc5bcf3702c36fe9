"""Whether a text is in an encoding of Chinese, Japanese or Korean, and in which.

Their bytes make letters in any encoding. A reading is believed that has hardly any but usual
signs: those that standards list first, and among these some that texts and addresses repeat.
"""

import codecs
from collections import Counter
from collections.abc import Callable

_CHINESE = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无力它与长把机十民第公此"
    "已工使情明性知全三又关点正业外将两高间由问很最重物手应新水没电气"
    "区市县镇乡村路街道号楼层室厅卫房价元万平米面积南北东西朝阳海城江山园苑花府院期地铁站距单总售租户型类日"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作里用道行所然家種事"
    "成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日者意無力它與長把機十民第公此"
    "區市縣鎮鄉村路街道號樓層室廳衛房價元萬坪數面積南北東西新竹台灣臺桃園高雄中山正信義安土建物交易總單"
)
_JAPANESE = (
    "日一国人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西"
    "電校語土木聞食車何南万毎白天母火右読友左休父雨区市町村丁目番地駅線徒歩築階建物価格面積取引住宅新古専有戸県府都京阪"
    "種類用途最寄構造部屋"
)
_KOREAN = (
    "이다는의에가고을지한하사로도인기리아대자어나서은일그시정해부수전라보제장있상면를원동구여주과만것물게오유소성"
    "비안공마야조화신회미연관들말용경때진세무와건스산모우려계없문결발되요적했층아파트가격면적거래금액번길읍송강남초포"
)
_KANA = "".join(map(chr, range(0x3041, 0x30FF)))
_FEWEST, _FEW = 6, 40
"""Signs that tell an encoding at all; and up to how many more of them have to be usual ones."""
_LISTED, _USUAL, _USUAL_OF_FEW = 0.9, 0.12, 0.25
"""Shares of the signs that standards list first, and of the usual ones, of many and of few."""

_GREEK_CAPITALS = frozenset(
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫΆΈΉΊΌΎΏ«»\xa0".encode("cp1253") + "Ά".encode("iso8859-7")
)


def _first_of(encoding: str, low: int, high: int) -> Callable[[str], bool]:
    """Tell the signs whose first byte in an encoding lies between two: the usual part of it."""

    def is_listed(sign: str) -> bool:
        try:
            spelt = sign.encode(encoding)
        except UnicodeEncodeError:
            return False
        return len(spelt) > 1 and low <= spelt[0] <= high

    return is_listed


def _is_japanese(sign: str) -> bool:
    return sign in _KANA or _first_of("euc_jp", 0xB0, 0xCF)(sign)


_READINGS: dict[str, tuple[Callable[[str], bool], frozenset[str]]] = {
    "gb18030": (_first_of("gb2312", 0xB0, 0xD7), frozenset(_CHINESE)),
    "big5": (_first_of("big5", 0xA4, 0xC6), frozenset(_TRADITIONAL)),
    "cp932": (_is_japanese, frozenset(_JAPANESE + _KANA)),
    "euc_jp": (_is_japanese, frozenset(_JAPANESE + _KANA)),
    "cp949": (_first_of("euc_kr", 0xB0, 0xC8), frozenset(_KOREAN)),
}
ASIAN = tuple(_READINGS)


def detect_asian(data: bytes) -> str | None:
    """Return the encoding of a text in Chinese, Japanese or Korean; None for any other text.

    data: bytes that are no UTF-8; their last sign may be cut off.

    >>> detect_asian("新宿区西新宿二丁目、徒歩五分".encode("cp932"))
    'cp932'
    >>> detect_asian("район, цена, площадь".encode("cp1251")) is None
    True
    """
    if {byte for byte in set(data) if byte > 0x7F} <= _GREEK_CAPITALS:
        return None  # ΟΡΟΦΟΣ: by chance, two or three of such words are usual signs of Chinese
    scores = {name: _usual_share(data, name) for name in ASIAN}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] > 0 else None


def _usual_share(data: bytes, encoding: str) -> float:
    """Return the share of usual signs of a reading, 0 where it makes no sense.

    Latin letters in the width of other signs (`３ＬＤＫ`) are no evidence.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return 0.0
    counts = {  # of different signs: a large table has few
        sign: count
        for sign, count in Counter(text).items()
        if sign > "\x7f" and sign.isalpha() and not "\uff01" <= sign <= "\uff5e"
    }
    is_listed, usual = _READINGS[encoding]
    signs, listed = sum(counts.values()), sum(n for sign, n in counts.items() if is_listed(sign))
    if signs < _FEWEST or listed < _LISTED * signs:
        return 0.0
    share = sum(count for sign, count in counts.items() if sign in usual) / signs
    return share if share >= (_USUAL if signs > _FEW else _USUAL_OF_FEW) else 0.0
