"""Why pictures, masks and videos are refused, in Russian: see `common.translation`."""

from common.tables.russian_errors import RUSSIAN_KINDS

PHRASES = {
    "{} is {} pixels, its mask {} {}: expected one size": (
        "{}: {} пикселей, а у маски {} — {}: размер нужен один"
    ),
    "--{} {}: name the other folder, --{}": "--{} {}: назовите и другую папку, --{}",
    "{}: no such folder": "{}: нет такой папки",
    "{}: a file, expected folder": "{}: это файл, а нужна папка",
    "{}; --broken skip leaves such files out": "{}; такие файлы пропускает --broken skip",
    "none of the files can be read: {}": "ни один из файлов не читается: {}",
    "{}: {} is no kind of picture, expected such as .png": (
        "{}: {} — не вид картинок, нужен, например, .png"
    ),
    "{}: brightness from {} to {}, expected 0 to {}": "{}: яркость от {} до {}, нужно от 0 до {}",
    "{}: more than {} pixels; it may be a decompression bomb; --large lets in a real one": (
        "{}: больше {} пикселей; это может быть архивная бомба; настоящую картинку пропустит "
        "--large"
    ),
    "{}: not enough memory for this picture": "{}: для этой картинки не хватает памяти",
    "{}: damaged, cannot be read (its pixels end before their end)": (
        "{}: файл повреждён, не читается (не хватает пикселей, хотя конец отмечен)"
    ),
    "{}: damaged, cannot be read ({})": "{}: файл повреждён, не читается ({})",
    "{}: a folder, expected a picture": "{}: это папка, а нужна картинка",
    "{}: no mask holds 0, the background: all hold {}; expected the background as 0: write the "
    "masks so": (
        "{}: ни в одной маске нет 0, то есть фона: во всех {}; фон нужен нулём, запишите маски так"
    ),
    "{}: all pixels of all {} masks are {}: nothing to learn from": (
        "{}: во всех масках ({}) все пиксели {}: учиться нечему"
    ),
    "{}: not a number: {} of {} values": "{}: не числа: {} из {} значений",
    "{}: in L*a*b* colours, which are not read; save it as RGB": (
        "{}: цвета L*a*b* не читаются; сохраните в RGB"
    ),
    "{}: a TIFF in which 0 is white, which is not read with more than eight bits; save it so that "
    "0 is black": (
        "{}: TIFF, в котором 0 — белый; больше восьми бит так не читается; сохраните так, чтобы 0 "
        "был чёрным"
    ),
    "{}: holds 255, and its header says that {} stands for nothing: write the object as 1, and "
    "what nobody knows as 255": (
        "{}: есть 255, а в заголовке сказано, что {} значит «нет данных»: запишите объект как 1, "
        "а то, о чём ничего не известно, как 255"
    ),
    "{}: beside 0 it holds nothing but what its header says stands for nothing, and others 255: "
    "write the object as 1 in all of them": (
        "{}: кроме 0 в маске лишь то, что по её заголовку значит «нет данных», а в других есть "
        "255: запишите объект во всех как 1"
    ),
    "{}: beside 0 they hold nothing but what their headers say stands for nothing: write the "
    "object as 1": (
        "{}: кроме 0 в масках лишь то, что по их заголовкам значит «нет данных»: запишите объект "
        "как 1"
    ),
    "{}: all {} masks are empty: nothing to learn from": "{}: все маски ({}) пусты: учиться нечему",
    "{} holds class ids, {} 0 and 255: expected one custom for all masks": (
        "в {} номера классов, а в {} — 0 и 255: у всех масок должно быть одно из двух"
    ),
    "{}: masks hold the colours {}, the network learned {}": (
        "{}: в масках цвета {}, а сеть знает {}"
    ),
    "{}: holds the colour {}, expected one of {}": "{}: есть цвет {}, нужен один из {}",
    **{
        f"{{}}: a mask {english}; save masks as PNG, from what they were before": (
            f"{{}}: маска {russian}; сохраните маски в PNG из исходных"
        )
        for form, saved in {"a TIFF that holds a JPEG": "TIFF с JPEG внутри", "{}": "{}"}.items()
        for english, russian in {
            f"saved as {form}, which changes values: it holds {{}}": (
                f"сохранена в {saved}, а это меняет значения: в ней {{}}"
            ),
            f"in {{}} colours ({{}}), saved as {form}, which changes them": (
                f"в цветах, их {{}} ({{}}), сохранена в {saved}, а это их меняет"
            ),
        }.items()
    },
    "{}: a mask in {} colours ({}), expected class ids 0, 1, 2, … or 0 and 255": (
        "{}: маска в цветах, их {} ({}), нужны номера классов 0, 1, 2, … или 0 и 255"
    ),
    "{}: a mask of {} pages or frames, expected one": (
        "{}: в маске страниц или кадров {}, нужен один"
    ),
    "{}: masks in {} colours, nearly each in one mask alone: if colours tell objects apart, write "
    "their class in place of them": (
        "{}: в масках цветов {}, и почти каждый — только в одной: если цвета различают предметы, "
        "запишите вместо них классы"
    ),
    "{}: holds fractions, expected class ids or 0 and 255": (
        "{}: дробные значения, нужны номера классов или 0 и 255"
    ),
    "--images and --masks are one folder, {}: in it the name of a mask is expected to be its "
    "picture's and such a word, as a_mask.png beside a.jpg": (
        "--images и --masks — одна папка, {}: в ней имя маски — это имя картинки и слово «маска», "
        "как a_mask.png рядом с a.jpg"
    ),
    "{} and {} are paired by file name": "{} и {} сопоставлены по именам файлов",
    "{} pictures without masks ({})": "снимков без масок: {} ({})",
    "{} pictures without masks ({} and {} more)": "снимков без масок: {} ({} и ещё {})",
    "{} masks without pictures ({} and {} more)": "масок без снимков: {} ({} и ещё {})",
    "the mask lies on its side": "маска лежит на боку",
    "the mask lies on its side, as the picture before its EXIF": (
        "маска лежит на боку, как снимок до поворота по EXIF"
    ),
    "--broken skip leaves such files out": "такие файлы пропускает --broken skip",
    "{}: a mask in {} colours ({}), expected class ids, 0 and 255, or one colour for each class, "
    "without smooth edges": (
        "{}: маска в цветах, их {} ({}), нужны номера классов, 0 и 255 или один цвет на класс, без "
        "сглаживания"
    ),
    "{} picture without a mask ({})": "снимков без маски: {} ({})",
    "{} masks without pictures ({})": "масок без снимков: {} ({})",
    "{} mask without a picture ({})": "масок без снимка: {} ({})",
    "; not read: {}": "; не читаются: {}",
    "; --unpaired skip leaves such files out": "; такие файлы пропускает --unpaired skip",
    "{}: no pictures in this folder, it is empty": "{}: в этой папке нет снимков, она пуста",
    "{}: no pictures in this folder, expected .png, .jpg, …; there are {}": (
        "{}: в этой папке нет снимков, нужны .png, .jpg, …; есть {}"
    ),
    "{}: no pictures in this folder, expected .png, .jpg, …; there are {}; outlines and boxes are "
    "to be drawn as masks first": (
        "{}: в этой папке нет снимков, нужны .png, .jpg, …; есть {}; контуры и рамки сначала "
        "нарисуйте масками"
    ),
    "so does 1 other mask": "то же у ещё одной маски",
    "so do {} other masks": "то же у других масок: {}",
    "1 other pair differs, too": "размеры различаются и ещё у одной пары",
    "{} other pairs differ, too": "размеры различаются и у других пар: {}",
    "{}: holds {}, expected class ids 0 to {}, or 0 and 255": (
        "{}: есть {}, нужны номера классов от 0 до {} или 0 и 255"
    ),
    "write the object as 255, or as its class id": (
        "запишите предмет как 255 или номером его класса"
    ),
    "write what has no value as 255, which is what nobody knows": (
        "запишите то, у чего нет значения, как 255: это «неизвестно»"
    ),
    "if each object has a number of its own there, write its class in place of it": (
        "если это номера отдельных предметов, запишите вместо них классы"
    ),
    "else it was resized or blurred smoothly": (
        "иначе маска сглажена: при изменении размера или размытием"
    ),
    "a mask that was saved as JPEG or resized smoothly has such values": (
        "такие значения бывают, если маска сохранена как JPEG или сглажена при изменении размера"
    ),
    "if each value is a class, number them 1, 2, 3, … in place of it": (
        "если каждое значение — класс, пронумеруйте их: 1, 2, 3, …"
    ),
    "{}: {} and {} have one name: remove one": "{}: у {} и {} одно имя: уберите один из них",
    "--rate is for videos; {} is none": "--rate — для видео; {} — не видео",
    "{}: pictures are answered by a folder; name one without a suffix": (
        "{}: ответ на картинки — папка; назовите её, без расширения"
    ),
    "{}: is there already; name a new or empty folder": (
        "{}: уже есть; назовите новую или пустую папку"
    ),
    "{}: a video is answered by a video; name a file that ends in .mp4": (
        "{}: ответ на видео — видео; назовите файл .mp4"
    ),
    "{}: is the video itself; name another file": "{}: это само видео; назовите другой файл",
    "--tiles and {}: the latter scales each tile by itself, and seams would be seen between them; "
    "leave out one of the two": (
        "--tiles и {}: второе меняет каждый фрагмент отдельно, и между ними были бы видны швы; "
        "оставьте одно"
    ),
    "{}: colours tell the classes: {}; the network learned {}": (
        "{}: классы заданы цветами: {}; а сеть знает {}"
    ),
    "{}: masks hold {} classes, the network learned {}: {}": (
        "{}: в масках классов {}, а сеть знает {}: {}"
    ),
    "{}: a video is written as .mp4": "{}: видео пишется в .mp4",
    "{}: there are no frames to write": "{}: нет кадров для записи",
    "{}: no frame can be read from this video": "{}: из этого видео не читается ни один кадр",
    "{}: cannot be written: {}": "{}: не записать: {}",
    "{}: a folder, expected a video": "{}: это папка, а нужно видео",
    "{}: not a video, or cut off before anything can be shown": (
        "{}: это не видео, или оно оборвано до первого кадра"
    ),
    "{}: is empty, expected a video": "{}: файл пуст, а нужно видео",
    "{}: has sound and no pictures, or was cut off before the first one": (
        "{}: звук есть, а картинки нет, или видео оборвано до первого кадра"
    ),
    "{}: {}, expected a video such as .mp4": "{}: это не видео ({}); нужно видео, например .mp4",
    **{
        f"{{}}: {kind}, expected a video such as .mp4": (
            f"{{}}: это {said}, а нужно видео, например .mp4"
        )
        for kind, said in {
            **RUSSIAN_KINDS,
            "a video that was cut short: its index, which stands at its end, is missing": (
                "оборванное видео: его указателя, который стоит в конце, нет"
            ),
            "a picture, a playlist or a text": "картинка, список воспроизведения или текст",
            "of a kind that is not opened here": "файл вида, который здесь не открывают",
        }.items()
    },
    "{}: bare frames, which have no rate; put them into a film: ffmpeg -framerate RATE -i FILE -c "
    "copy film.mp4": (
        "{}: голые кадры без частоты; упакуйте их в видео: ffmpeg -framerate ЧАСТОТА -i ФАЙЛ -c "
        "copy film.mp4"
    ),
    "{}: neither its header nor its frames tell a frame rate": (
        "{}: ни заголовок, ни кадры не говорят частоту кадров"
    ),
    "{}: damaged, its frames are said to follow at {} a second": (
        "{}: файл повреждён, кадров в секунду будто бы {}"
    ),
    "{}: is there already; name a new file": "{}: уже есть; назовите новый файл",
    "{}: cannot be written ({})": "{}: не записать ({})",
    "{}: cannot be opened; {}": "{}: не открывается; {}",
    **{
        f"{{}}: these masks {english}, so that colours tell the classes, {then}": (
            f"{{}}: эти маски {russian}, поэтому классы заданы цветами, {so}"
        )
        for english, russian in {
            "are in colour": "цветные",
            "have palettes that differ": "с разными палитрами",
            "{}": "{}",
        }.items()
        for then, so in {
            "and no mask holds black: expected the background as black, and there are {}": (
                "но чёрного нет ни в одной: фон нужен чёрным, а есть {}"
            ),
            "and this mask's do not: expected a colour for each class": (
                "а в этой маске — нет: нужен цвет для каждого класса"
            ),
        }.items()
    },
    **{
        f"{{}}: masks in {{}} colours ({{}}){english}: drawn or resized smoothly, or no masks; "
        "expected one colour for each class": (
            f"{{}}: в масках цветов {{}} ({{}}){russian}: они нарисованы или уменьшены со "
            "сглаживанием, или это не маски; нужен один цвет на класс"
        )
        for english, russian in {
            "": "",
            ", of which {} are found at edges alone, between others": (
                ", из них {} — только на краях, между другими"
            ),
            "{}": "{}",
        }.items()
    },
    "{}: a mask in {} colours ({}), {}": "{}: маска в цветах, их {} ({}), {}",
}
