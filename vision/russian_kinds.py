"""What a file is that was to be a picture and is none, in Russian: see `common.translation`."""

from common.tables.russian_errors import RUSSIAN_KINDS

PHRASES = {
    "{}: empty, not a picture": "{}: файл пуст, это не снимок",
    "{}: not a picture, whatever its name says": "{}: это не снимок, как бы ни назывался",
    "{}: {}, not a picture; save it as PNG or JPEG": (
        "{}: это не снимок ({}); сохраните в PNG или JPEG"
    ),
    "{}: a video, not a picture; name it so that it ends in .mp4 or .mov": (
        "{}: это видео, а не снимок; имя должно кончаться на .mp4 или .mov"
    ),
    "{}: a video, not a picture; name it so that it ends in .mkv or .webm": (
        "{}: это видео, а не снимок; имя должно кончаться на .mkv или .webm"
    ),
    "{}: a HEIC picture, which is not read; save it as JPEG or PNG": (
        "{}: снимок HEIC, такие не читаются; сохраните в JPEG или PNG"
    ),
    "{}: an AVIF picture, which is not read; save it as JPEG or PNG": (
        "{}: снимок AVIF, а здесь такие не читаются; сохраните в JPEG или PNG"
    ),
    **{
        f"{{}}: {kind}, which is not read; save it as PNG": (
            f"{{}}: снимок {said}, такие не читаются; сохраните в PNG"
        )
        for kind, said in {
            "a DICOM picture": "DICOM",
            "a JPEG-LS picture": "JPEG-LS",
            "a lossless JPEG picture": "JPEG без потерь",
            "a hierarchical JPEG picture": "иерархический JPEG",
            "a JPEG picture of {} bits": "JPEG в {} бит",
            "a JPEG XL picture": "JPEG XL",
            "an OpenEXR picture": "OpenEXR",
            "a FITS picture": "FITS",
            "a Radiance picture (HDR)": "Radiance (HDR)",
            "a PFM picture in colour": "PFM в цвете",
            "a PAM picture": "PAM",
            "a QOI picture": "QOI",
            "a JPEG XR picture": "JPEG XR",
            "an icon (ICO)": "ICO (значок)",
            "an icon (ICNS)": "ICNS (значок)",
            "a DDS texture": "DDS (текстура)",
            "a GIMP file": "GIMP",
            "a raw photo of a camera": "RAW с камеры",
        }.items()
    },
    "{}: a {} picture, damaged before its size": (
        "{}: снимок {}, повреждённый ещё до указания размера"
    ),
    "{}: a {} picture behind other bytes: cut them off": (
        "{}: снимок {} стоит после других байтов: отрежьте их"
    ),
    "{}: an AVIF picture, damaged or cut off": "{}: снимок AVIF, повреждённый или оборванный",
    "{}: a picture that was carried as a text, which changes its bytes: fetch it again": (
        "{}: снимок передали как текст, и его байты изменились: скачайте заново"
    ),
    "{}: a picture written as a text (base64): decode it first": (
        "{}: снимок записан текстом (base64): сначала раскодируйте его"
    ),
    "{}: a text, not a picture": "{}: это текст, а не снимок",
    "{}: a sound (WAV), not a picture": "{}: это звук (WAV), а не снимок",
    "{}: a video, not a picture; name it so that it ends in .avi": (
        "{}: это видео, а не снимок; имя должно кончаться на .avi"
    ),
    "{}: damaged, cannot be read (its sum is another)": (
        "{}: файл повреждён, не читается (не сходится контрольная сумма)"
    ),
    "{}: damaged, cannot be read (its last {} bytes are zeros)": (
        "{}: файл повреждён, не читается (в конце одни нули, байт: {})"
    ),
    **{
        f"{{}}: a TIFF of {count} of {{}}-bit {kind} numbers, expected 1 (grey) or 3 (red, green, "
        "blue) of 8 or 16 bits; save the bands that you want so": (
            f"{{}}: TIFF, в котором каналов {{}} по {{}} бит ({said}), а нужен 1 (серый) или 3 "
            "(красный, зелёный, синий) по 8 или 16 бит; сохраните так нужные каналы"
        )
        for count in ("{} band", "{} bands")
        for kind, said in {
            "real": "вещественные числа",
            "signed": "числа со знаком",
            "whole": "целые числа",
        }.items()
    },
    "{}: a TIFF of {} bits whose bands stand one behind the other, which is not read; save it as "
    "PNG": "{}: TIFF в {} бит, где каналы стоят друг за другом, не читается; сохраните в PNG",
    "{}: a TIFF that cannot be read": "{}: такой TIFF не читается",
    **{
        f"{{}}: {kind}, not a picture{more}": f"{{}}: это {said}, а не снимок{further}"
        for kind, said in {
            **RUSSIAN_KINDS,
            "a Photoshop file": "файл Photoshop",
            "a PostScript file": "файл PostScript",
            "an HDF5 file": "файл HDF5",
            "a zip archive": "архив zip",
            "an SVG drawing": "рисунок SVG",
        }.items()
        for more, further in (
            ("", ""),
            ("; save it as PNG or JPEG", "; сохраните в PNG или JPEG"),
        )
    },
}
