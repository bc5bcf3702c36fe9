"""What was understood of a person's own pictures and masks, in Russian."""

_KINDS = {"0 and 255": "0 и 255", "class ids": "номера классов"}
_SIZES = {"{} pixels": "{} пикселей", "{} to {} pixels": "от {} до {} пикселей"}

PHRASES = {
    **{
        f"{{}}: {{}} with masks, {size}": f"{{}}: {{}} с масками, {russian}"
        for size, russian in _SIZES.items()
    },
    "{} mask": "масок: {}",
    "{} masks": "масок: {}",
    **{
        f"masks hold {custom}: {{}} of the pixels": f"в масках {russian}: {{}} пикселей"
        for custom, russian in _KINDS.items()
    },
    "masks hold {}: {} of the pixels": "в масках {}: {} пикселей",
    "{} of them are not empty": "непустых масок {}",
    "in no mask: {}": "нет ни в одной маске: {}",
    "only a few pixels have {}: a slip of the brush, or masks that were resized smoothly?": (
        "лишь несколько пикселей у {}: дрогнула кисть или маски сглажены при изменении размера?"
    ),
    "no pixel is background, 0": "ни один пиксель не фон, 0",
    **{
        f"the outlines of the masks would meet the edges of the pictures far better {english} "
        "({} pairs were looked at): do they lie right, or is something of stronger edges always "
        "beside what they mark?": (
            "контуры масок легли бы на границы картинок намного лучше, если бы маски были "
            f"{russian} (просмотрено пар: {{}}): верно ли они лежат или рядом с отмеченным всегда "
            "есть что-то с более резкими границами?"
        )
        for english, russian in {
            "mirrored from left to right": "отражены слева направо",
            "turned upside down": "отражены сверху вниз",
            "turned by 180 degrees": "повёрнуты на 180 градусов",
            "with rows and columns exchanged": "с переставленными строками и столбцами",
            "turned by 90 degrees to the left": "повёрнуты на 90 градусов влево",
            "turned by 90 degrees to the right": "повёрнуты на 90 градусов вправо",
            "moved by {} pixels in x and {} in y": "сдвинуты на {} пикселей по x и {} по y",
        }.items()
    },
    "of {} masks {} lie far better on another picture than on their own, such as the mask of {} on "
    "{}: are their names exchanged?": (
        "из {} масок {} лежат на чужой картинке намного лучше, чем на своей, например маска от {} "
        "на {}: не перепутаны ли имена?"
    ),
    **{
        "of {} masks {} would meet the edges of the picture far better turned over, such as that "
        f"of {{}} {english}: does it lie right?": (
            "из {} масок на границы картинки намного лучше легли бы перевёрнутыми: {}, например "
            f"маска от {{}}, если бы была {russian}: верно ли она лежит?"
        )
        for english, russian in {
            "mirrored from left to right": "отражена слева направо",
            "turned upside down": "отражена сверху вниз",
            "turned by 180 degrees": "повёрнута на 180 градусов",
            "with rows and columns exchanged": "с переставленными строками и столбцами",
            "turned by 90 degrees to the left": "повёрнута на 90 градусов влево",
            "turned by 90 degrees to the right": "повёрнута на 90 градусов вправо",
        }.items()
    },
    "one mask for several pictures: {} of {}, such as those of {} and {}: is that so?": (
        "одна маска у нескольких картинок: {} из {}, например у {} и {}: так ли это?"
    ),
    "most pixels are the object: if the masks show it in black, turn them round": (
        "объект занимает почти всё: если на масках он чёрный, обратите их"
    ),
    "found at edges alone, a pixel or two wide: {}": (
        "только на краях, шириной в пиксель-другой: {}"
    ),
    "masks that were resized smoothly or saved as JPEG have such classes between others": (
        "такие классы появляются между другими, если маски сглажены или сохранены как JPEG"
    ),
    "the ids go from 1 to {} in one mask and to {} in another, and each is one thing: if they "
    "number objects and not classes, write their class in place of them": (
        "номера идут в одной маске от 1 до {}, в другой до {}, и под каждым один предмет: если это "
        "номера предметов, а не классов, запишите вместо них классы"
    ),
    "the ids go from 1 to {}, in the order in which each mask is read, and each is one thing: if "
    "they number objects and not classes, write their class in place of them": (
        "номера идут от 1 до {} в том порядке, в каком читают каждую маску, и под каждым один "
        "предмет: если это номера предметов, а не классов, запишите вместо них классы"
    ),
    "nearly each colour is in one mask alone: if colours tell objects apart and not classes, write "
    "their class in place of them": (
        "почти каждый цвет есть только в одной маске: если цвета различают предметы, а не классы, "
        "запишите вместо них классы"
    ),
    "hardly anything is seen in it: its frames hold {} to {} of 0 to 255": (
        "в нём почти ничего не видно: в кадрах лишь от {} до {} из 0…255"
    ),
    "{} without a suffix": "{} без расширения",
    "{}, what nobody knows: {} of the pixels": "{}, о чём ничего не известно: {} пикселей",
    **{
        f"{{}} of {{}} have {loss} ({{}})": f"у {{}} из {{}} {russian} ({{}})"
        for loss, russian in {
            "several pages or frames, of which the first is read": (
                "несколько страниц или кадров, прочитан первый"
            ),
            "more bands than are seen, of which the last are left out": (
                "каналов больше, чем видно, последние не взяты"
            ),
            "transparent parts, which become black": "есть прозрачное, оно станет чёрным",
            "a wide range of brightness (HDR), paler here than on its screen": (
                "широкий диапазон яркости (HDR), здесь они бледнее, чем на своём экране"
            ),
            "nothing but transparency, which becomes black": "всё прозрачно и станет чёрным",
            "one colour from edge to edge, and nothing to be seen": (
                "один цвет от края до края, и ничего не видно"
            ),
            "a value that stands for nothing, which is seen as it is": (
                "одно значение означает пустоту, а видно как есть"
            ),
        }.items()
    },
    "more than eight bits hold only {} to {} of 0 to {}: of 256 grey levels {} are left": (
        "больше восьми бит, но занято лишь от {} до {} из 0…{}: от 256 оттенков серого остаётся {}"
    ),
    "to keep the detail, stretch the pictures to the whole range first, all alike": (
        "чтобы не терять подробностей, сначала растяните все снимки одинаково на всю шкалу"
    ),
    "left out, for such files are not read in a folder: {}": (
        "не взяты, такие файлы в папке не читаются: {}"
    ),
    "save pictures as PNG, and name a video by itself": (
        "сохраните снимки как PNG, а видео называйте по одному"
    ),
    "drawn before EXIF data turned their pictures, and turned with them: {} of {}": (
        "нарисованы до поворота снимков по EXIF и повёрнуты вместе с ними: {} из {}"
    ),
    "turned by EXIF data: {} of {}, and the sizes of the masks do not tell whether these are "
    "turned too: taken as drawn over the upright picture": (
        "повёрнуты по EXIF: {} из {}, а по размерам масок не видно, повёрнуты ли и они: считаем, "
        "что нарисованы поверх прямого снимка"
    ),
    "look at a few": "взгляните на несколько",
    "turned by EXIF data of their own, which their pictures do not have: {} of {}: look at a few": (
        "повёрнуты по собственному EXIF, которого нет у снимков: {} из {}: взгляните на несколько"
    ),
    "paired by names such as {} and {}: {}": "пары по именам, таким как {} и {}: {}",
    "left out, for they are alone: {} picture without a mask ({})": (
        "не взяты, нет пары: {} снимок без маски ({})"
    ),
    "left out, for they are alone: {} pictures without masks ({})": (
        "не взяты, нет пары: снимков без масок {} ({})"
    ),
    "left out, for they are alone: {} mask without a picture ({})": (
        "не взяты, нет пары: {} маска без снимка ({})"
    ),
    "left out, for they are alone: {} masks without pictures ({})": (
        "не взяты, нет пары: масок без снимков {} ({})"
    ),
    "left out, for they are alone: {}": "не взяты, нет пары: {}",
    "left out, for they cannot be read: {}: {}": "не взяты, не читаются: {}: {}",
    "{} sub-folders: the pictures of each stay on one side of the split": (
        "вложенных папок: {}, снимки каждой — в одной выборке"
    ),
    "nearly the same among the {}: {} ({}): they stay on one side of the split": (
        "почти одинаковые ({}): {} ({}), они в одной выборке"
    ),
    "nearly the same among the {}: {} ({}): too many to keep together": (
        "почти одинаковые ({}): {} ({}), их слишком много, чтобы держать вместе"
    ),
    "sub-folders called as parts of a split, {}: their pictures are put together, and training "
    "makes its own parts": (
        "вложенные папки названы как выборки, {}: их снимки взяты вместе, обучение делит их само"
    ),
    "pictures whose names follow each other look alike, as frames of a film do: put each film into "
    "a sub-folder, or the test shows what was learned": (
        "снимки с соседними именами похожи, как кадры одного видео: положите каждое видео в свою "
        "папку, иначе в тестовой выборке будет то, что сеть уже видела"
    ),
    "in {} of {} masks most pixels are the object, in others few: are some turned round, black for "
    "white? Look at {}": (
        "в масках ({} из {}) предмет занимает большую часть, а в других малую: не перепутаны ли в "
        "них чёрное и белое? Посмотрите на {}"
    ),
    "copies among the {}: {} ({}): they stay on one side of the split": (
        "копии ({}): {} ({}), они в одной выборке"
    ),
    "copies among the {}: {} ({}): too many to keep together": (
        "копии ({}): {} ({}), их слишком много, чтобы держать вместе"
    ),
    "{} flights of {} frames over a rendered land: no real flight is among them": (
        "полётов: {}, по {} кадров над нарисованной землёй; настоящих среди них нет"
    ),
    "a pad is in {} of the frames": "площадка есть в {} кадров",
}
