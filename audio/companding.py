"""Sounds of telephones: eight bits by µ-law or by A-law, which are easily taken for each other."""

import numpy as np

LAWS = ("ULAW", "ALAW")
STEPPED, MORE_STEPPED = 1.4, 1.7
"""How many times as far apart neighbouring samples are, in steps of the scale, in a wrong form, and
where the right one is of whole numbers. Of speech, music and noise it was 2 in the middle where a
law was taken for the other, and 5 for whole numbers; of right ones at most 1.1, and 1.4."""
ROUGH = 1.5
"""Power of the changes by that of the sound, from which on nothing is told; of noise it is 2."""
SIGN, MAGNITUDE = np.uint8(0x80), np.uint8(0x7F)


def expanded(codes: np.ndarray, law: str) -> np.ndarray:
    """Return what bytes stand for, int32 of 16 bits, by "ULAW", "ALAW", "PCM_U8" or "PCM_S8".

    A byte has a sign, three bits of exponent e and four of mantissa m. By µ-law, of which all bits
    are turned, it stands for (33 + 2m) · 2^(e + 2) - 132. By A-law, of which every second bit is
    turned, for (2m + 33) · 2^(e + 2), or for 16m + 8 where e is 0.

    >>> expanded(np.array([0xFF, 0x80, 0x00], np.uint8), "ULAW")
    array([     0,  32124, -32124], dtype=int32)

    Source: ITU-T G.711, "Pulse code modulation of voice frequencies".
    """
    if law in ("PCM_U8", "PCM_S8"):
        signed = codes if law == "PCM_S8" else codes ^ SIGN
        return signed.view(np.int8).astype(np.int32) << 8
    size = (codes ^ (MAGNITUDE if law == "ULAW" else np.uint8(0x55))) & MAGNITUDE
    exponent, mantissa = (size >> 4).astype(np.int32), (size & 15).astype(np.int32)
    if law == "ULAW":
        values = ((33 + 2 * mantissa) << (exponent + 2)) - 132
    else:
        values = (2 * mantissa + 33) << np.maximum(exponent + 2, 3)
        values = np.where(exponent == 0, 16 * mantissa + 8, values)
    return np.where(codes & SIGN, values, -values).astype(np.int32)


def codes_of(values: np.ndarray, law: str) -> np.ndarray:
    """Return the bytes that stand for values, uint8: of the two zeros of µ-law the positive one."""
    order = _order(law)
    return order[np.searchsorted(expanded(order, law), values, side="right") - 1]


def form_of(codes: np.ndarray, own: str) -> str:
    """Return the form in which bytes (n, channels) are a sound, in words; "" for their own.

    Neighbouring samples of a sound are near to each other. The steps of a law are wide where the
    sound is loud, so in steps they are near in its quiet parts too, and in those of noise.

    own: "ULAW", "ALAW", "PCM_U8", or "PCM_S8"; the last two are told from laws alone.
    """
    others = [law for law in LAWS if law != own]
    if own in LAWS:
        others += ["PCM_S8", "PCM_U8"]
    # Of the two zeros of µ-law one is read: what it was in another form is not known.
    told = codes != 0xFF if own == "ULAW" else np.ones(codes.shape, bool)
    both = told[1:] & told[:-1]
    if not both.any():
        return ""
    steps = {form: _steps(codes, form, both) for form in (own, *others)}
    best = min(others, key=steps.__getitem__)
    least = STEPPED if best in LAWS else MORE_STEPPED
    if steps[own] <= least * steps[best] or _changes(expanded(codes, best)) > ROUGH:
        return ""
    return WORDS[best]


WORDS = {
    "ULAW": "8 bits by µ-law",
    "ALAW": "8 bits by A-law",
    "PCM_S8": "8 bits with a sign",
    "PCM_U8": "8 bits without a sign",
}


def _order(form: str) -> np.ndarray:
    """Return all bytes, from that of the lowest sample to that of the highest."""
    codes = np.arange(256, dtype=np.uint8)
    # The zeros of µ-law are two: the one with the sign comes first.
    return codes[np.lexsort((codes & SIGN, expanded(codes, form)))]


def _changes(values: np.ndarray) -> float:
    """Return the power of the changes of samples (n, channels), by theirs."""
    power = float(values.var(axis=0).sum())
    return float(np.square(np.diff(values, axis=0)).mean(axis=0).sum() / power) if power else np.inf


def _steps(codes: np.ndarray, form: str, counted: np.ndarray) -> float:
    """Return how many steps of a form lie between neighbouring samples that count, on average."""
    place = np.argsort(_order(form))
    return float(np.abs(np.diff(place[codes], axis=0))[counted].mean())
