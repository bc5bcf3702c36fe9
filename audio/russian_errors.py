"""Why recordings are refused, in Russian: see `common.translation`."""

from common.tables.russian_errors import RUSSIAN_KINDS

PHRASES = {
    **{
        f"{{}}: {kind}, expected wav, flac, ogg, mp3, or a video with sound": (
            f"{{}}: это {said}, а нужны wav, flac, ogg, mp3 или видео со звуком"
        )
        for kind, said in RUSSIAN_KINDS.items()
    },
    "--clean {} and --noise {} hold the same files, expected two folders of which neither lies in "
    "the other": (
        "в --clean {} и --noise {} одни и те же файлы, а нужны две папки, не вложенные друг в друга"
    ),
    "--clean {} does not sound like speech ({} of {} clips), and --noise {} does ({} of {}): are "
    "they exchanged?": (
        "--clean {} не похожа на речь ({} клипов из {}), а --noise {} похожа ({} из {}): папки "
        "перепутаны?"
    ),
    "--noise {} holds the speech of --clean {}: {} is heard in {}; expected noise alone: of such "
    "pairs, the noisy sound less the clean one": (
        "в --noise {} слышна речь из --clean {}: {} слышно в {}; нужен один шум: у таких пар это "
        "звук с шумом минус чистый"
    ),
    "{}: a SPHERE file packed by Shorten; unpack it with sph2pipe": (
        "{}: файл SPHERE, сжатый Shorten; распакуйте его через sph2pipe"
    ),
    "{}: no sound found in it ({}); expected wav, flac, ogg, mp3, or a video with sound": (
        "{}: звука в нём не нашлось ({}); нужны wav, flac, ogg, mp3 или видео со звуком"
    ),
    "{}: behind its chunk {}, of an odd size, the byte that fills it up is missing, so that no "
    "sound is found: save it anew": (
        "{}: за блоком {} нечётной длины нет байта, который её дополняет, поэтому звук не "
        "находится: сохраните файл заново"
    ),
    "{}: is empty, expected a sound file": "{}: файл пуст, а нужен звук",
    "{}: {}, expected wav, flac, ogg, mp3, or a video with sound": (
        "{}: это не звук ({}); нужны wav, flac, ogg, mp3 или видео со звуком"
    ),
    "{}: cannot be read: {}": "{}: не читается: {}",
    "{}: cannot be a file: {}": "{}: таким файл быть не может: {}",
    "{}: needs ffmpeg, which is not there; install imageio-ffmpeg": (
        "{}: нужен ffmpeg, а его нет; установите imageio-ffmpeg"
    ),
    "the noise holds no samples, expected at least one": "в шуме нет ни одного отсчёта",
    "the {} is silent: no ratio of {} dB can be reached": (
        "{}: полная тишина, отношения {} дБ не получить"
    ),
    "{}: is the file to be cleaned; name another to write": (
        "{}: это файл, который нужно очистить; назовите другой для записи"
    ),
    "{}: is a file, expected a folder: {} is one": "{}: это файл, а нужна папка, как и {}",
    "{}: is the folder to be cleaned; name another to write": (
        "{}: это папка, которую нужно очистить; назовите другую для записи"
    ),
    "{}: holds no samples that can be read": "{}: нет отсчётов, которые можно прочитать",
    "{}: nothing to be heard in {} ({})": "{}: ничего не слышно: {} ({})",
    "{}: no such folder, expected a folder of sound files": (
        "{}: нет такой папки; нужна папка со звуковыми файлами"
    ),
    "{}: a file, expected a folder of sound files": (
        "{}: это файл, а нужна папка со звуковыми файлами"
    ),
    "{}: no sound files there ({}); expected wav, flac, ogg or mp3": (
        "{}: там нет звуковых файлов ({}); нужны wav, flac, ogg или mp3"
    ),
    "{}: no sound files there (it is empty); expected wav, flac, ogg or mp3": (
        "{}: там нет звуковых файлов (папка пуста); нужны wav, flac, ogg или mp3"
    ),
    "{}: no sound files there ({}, none a sound); expected wav, flac, ogg or mp3": (
        "{}: там нет звуковых файлов ({}); нужны wav, flac, ogg или mp3"
    ),
    "{} of {} cleaned, {} s, in {}": "{1}, очищено из них: {0}; {2} с, в {3}",
    "{} sound": "звуков: {}",
    "{} sounds": "звуков: {}",
    "{} file": "файлов: {}",
    "{} files": "файлов: {}",
    **{
        f"{{}}: no sound found in it ({reason}); expected wav, flac, ogg, mp3, or a video with "
        "sound": f"{{}}: звука нет ({said}); нужны wav, flac, ogg, mp3 или видео со звуком"
        for reason, said in {
            "format not recognised": "формат не распознан",
            "a text or a playlist": "текст или список воспроизведения",
            "pictures or texts, and no sound track": "картинки или тексты без звуковой дорожки",
            "a video that was cut short: its index, which stands at its end, is missing": (
                "оборванное видео: его указателя, который стоит в конце, нет"
            ),
            "an MP3 without frames": "MP3 без кадров",
            "a tag as MP3 has, and behind it no MP3": "тег, какой бывает в MP3, а за ним не MP3",
        }.items()
    },
    "{}: {} samples per second, expected {} to {}": (
        "{}: частота {} отсчётов в секунду, а нужно от {} до {}"
    ),
    "{}: cannot write {}, only {}": "{}: формат {} не пишется, только {}",
    "{}: is a folder, expected the name of a sound file": "{}: это папка, нужно имя файла",
    "{}: a .wav holds 4 GB at most; name a .flac instead": (
        "{}: в .wav помещается не больше 4 ГБ; назовите .flac"
    ),
    "{}: cannot be written ({})": "{}: не записать ({})",
    "{}: {} cannot hold {} channels at {} samples per second, or the place cannot be written; try "
    ".wav": (
        "{}: в {} не поместить каналов {} при {} отсчётах в секунду, или туда нельзя писать; "
        "попробуйте .wav"
    ),
    "{}: cannot be written: {}": "{}: не записать: {}",
    "name both folders to examine: --clean DIR and --noise DIR": (
        "назовите обе папки для проверки: --clean ПАПКА и --noise ПАПКА"
    ),
    "{}: give their transpose, samples.T": "{}: дайте транспонированные, samples.T",
    "samples are not all finite": "среди отсчётов есть NaN или бесконечность",
    "sample_rate is {}, expected {} to {}": "sample_rate: {}, нужно от {} до {}",
    "a sound of type {}, expected {}": "звук типа {}, нужен {}",
    "a noise of {} seconds: expected at least 0.01": "шум длиной {} с: нужно хотя бы 0,01",
    "eSpeak NG cannot speak: {}; fix it with: pip install --force-reinstall espeakng-loader, or "
    "give recordings of your own: --clean DIR --noise DIR": (
        "eSpeak NG не говорит: {}; исправляет pip install --force-reinstall espeakng-loader, или "
        "дайте свои записи: --clean ПАПКА --noise ПАПКА"
    ),
}
