"""What the lesson of pictures says, in Russian: see `common.translation`."""

from vision import russian_errors, russian_flight, russian_kinds, russian_notes

PHRASES = {
    **russian_errors.PHRASES,
    **russian_flight.PHRASES,
    **russian_kinds.PHRASES,
    **russian_notes.PHRASES,
    "Small things from the air: a network that finds, and losses that miss what it misses.": (
        "Мелкие предметы с воздуха: сеть, которая ищет, и функции потерь, которым жаль пропусков."
    ),
    # the page
    "Where is the landing pad?": "Где посадочная площадка?",
    "A quadcopter looks down for its landing pad, a hundredth of what it sees.": (
        "Квадрокоптер ищет внизу посадочную площадку: это сотая часть того, что он видит."
    ),
    "The same network learns with several losses.": (
        "Одна и та же сеть учится с разными функциями потерь."
    ),
    "The standard one, cross-entropy, counts pixels, and is 99 % right where it says “nothing "
    "there”; the overlap losses count what share of the pad was found.": (
        "Стандартная, кросс-энтропия, считает пиксели, и ответ «ничего нет» верен на 99 %; функции "
        "потерь по пересечению считают, какая доля площадки найдена."
    ),
    "Pictures of {}": "Снимки: {}",
    "A network that was trained with the loss {} says of each pixel what it belongs to: {}, or the "
    "background.": (
        "Сеть, обученная с функцией потерь {}, говорит о каждом пикселе, что это: {} или фон."
    ),
    "What was understood of the pictures and masks stands under “How the data was read”.": (
        "Что понято из снимков и масок, сказано в разделе «Как прочитаны данные»."
    ),
    "objects found, %": "найдено предметов, %",
    "false objects in 100 pictures": "ложных предметов на 100 снимков",
    "predicted objects that are true, %": "верны из предсказанных предметов, %",
    "cost of 100 pictures, thousand roubles": "затраты на 100 снимков, тысяч рублей",
    "IoU, mean of pictures, %": "IoU, среднее по снимкам, %",
    "Dice, mean of pictures, %": "Dice, среднее по снимкам, %",
    "pixel precision, %": "precision пикселей, %",
    "pixel recall, %": "recall пикселей, %",
    "pixel F1, %": "F1 пикселей, %",
    "pixel F1 with --tolerance, %": "F1 пикселей с --tolerance, %",
    "centre off by, pixels": "ошибка центра, пикселей",
    "right pixels, %": "верных пикселей (accuracy), %",
    "a perfect observer": "безупречный наблюдатель",
    "Otsu's threshold": "порог Оцу",
    "nothing there": "ничего нет",
    "Found, and not found": "Найденное и пропущенное",
    "Test pictures, evenly chosen.": "Тестовые снимки, выбраны равномерно.",
    "Outlined: first the truth, then answers.": "Обведены: сначала истина, затем ответы.",
    "The worst of {}": "Худшее у {}",
    "Test pictures in which {} missed or invented most, the worst first.": (
        "Тестовые снимки, где {} больше всего пропустила или выдумала; сначала худшие."
    ),
    "All of them stand in pictures.csv in the folder extras.": (
        "Все перечислены в pictures.csv в папке extras."
    ),
    "What there is to learn from": "На чём учатся",
    "{} object": "предметов: {}",
    "{} objects": "предметов: {}",
    "{}: {} in {}: masks, overlays and objects.csv": (
        "{}: {}, {}; в папке маски, снимки с обводкой и objects.csv"
    ),
    "{} picture": "снимков: {}",
    "{} pictures": "снимков: {}",
    "{} with masks of: {}.": "Всего {}; размечено: {}.",
    "Outlined: the mask.": "Обведена маска.",
    "picture": "снимок",
    "truth": "истина",
    "size of the object, pixels": "размер предмета, пикселей",
    "found, %": "найдено, %",
    "What is found, by size": "Найденное и размер",
    "The test part's objects in four groups from the smallest to the largest; each point is the "
    "share of a group that was found, above its median size.": (
        "Предметы тестовой выборки в четырёх группах, от мелких к крупным; точка — доля найденных "
        "в группе, над её медианным размером."
    ),
    # how the data was read
    "{} flights of {} frames over a rendered land: no real flight is among them; a pad is in {} of "
    "the frames": (
        "полётов над нарисованной местностью: {}, кадров в каждом: {}; настоящих полётов среди них "
        "нет; площадка видна на кадрах: {}"
    ),
    "frames of a flight stay on one side of the split": "кадры одного полёта — в одной выборке",
    "pictures are fitted to {}x{} pixels, proportions kept": (
        "снимки вписаны в {}x{} пикселей с сохранением пропорций"
    ),
    "{}: {} % of the pixels": "{}: {} % пикселей",
    "{} GB of pictures for training are more than is kept in memory: each is read from its file "
    "whenever it is its turn": (
        "{} ГБ снимков для обучения — больше, чем держится в памяти: каждый читается из файла, "
        "когда до него доходит очередь"
    ),
    "training sees squares of {} pixels, half of them around objects": (
        "в обучении — квадраты {} пикселей, половина — вокруг предметов"
    ),
    # --help
    "folder of pictures; if left out: the course's flights, or the run's own data": (
        "папка со снимками; без неё — полёты из курса или данные самого прогона"
    ),
    "folder of masks, each of the same name as its picture": (
        "папка с масками, имена те же, что у снимков"
    ),
    "what to do with a picture that cannot be read: refuse, skip": (
        "что делать со снимком, который не читается: refuse — отказать, skip — пропустить"
    ),
    "what to do with pictures without masks, and the reverse: refuse, skip": (
        "что делать со снимками без масок и наоборот: refuse — отказать, skip — пропустить"
    ),
    "let in pictures of up to a thousand million pixels, each held in memory by itself": (
        "брать снимки до миллиарда пикселей, каждый целиком в памяти"
    ),
    "loss to train with: cross_entropy, focal, boundary, dice, tversky, focal_tversky, or a sum "
    "such as 'tversky + 0.5*focal'": (
        "функция потерь: cross_entropy, focal, boundary, dice, tversky, focal_tversky или сумма, "
        "например 'tversky + 0.5*focal'"
    ),
    "times that the network halves the picture": "сколько раз сеть уменьшает снимок вдвое",
    "channels at full size": "каналов при полном размере",
    "pictures in one training step": "размер батча: снимков в одном шаге обучения",
    "side of the square that pictures are fitted to": (
        "сторона квадрата, в который вписаны снимки"
    ),
    "cut large pictures into squares of --size pixels in place of shrinking them": (
        "резать большие снимки на квадраты по --size пикселей, а не уменьшать"
    ),
    "train on squares of so many pixels, half of them around objects, four in place of a picture; "
    "0: on whole pictures (default: squares where objects are small and rare)": (
        "учиться на квадратах из стольких пикселей, половина — вокруг предметов, четыре вместо "
        "снимка; 0 — на целых снимках (обычно квадраты там, где предметы малы и редки)"
    ),
    "turn, mirror and recolour the training part at random": (
        "аугментация: случайно поворачивать, отражать и перекрашивать обучающую выборку"
    ),
    "what layers are normalised over: batch, group (each picture alone)": (
        "по чему нормализуют слои: batch, group (каждый снимок отдельно)"
    ),
    "scale each picture by its own brightness: for light and dark ones of one thing": (
        "нормировать яркость каждого снимка отдельно: когда одно и то же снято светло и темно"
    ),
    "Tversky: weight of a false pixel": "Tversky: вес ложного пикселя",
    "Tversky: weight of a missed pixel": "Tversky: вес пропущенного пикселя",
    "focal Tversky: the exponent": "focal Tversky: показатель степени",
    "focal: the exponent": "focal: показатель степени",
    "boundary: extra weight at a boundary": "boundary: добавочный вес у границы",
    "pixels that an answer may lie beside a thin thing": (
        "на сколько пикселей ответ может отстоять от тонкого предмета"
    ),
    "roubles that a missed object costs": "сколько рублей стоит пропущенный предмет",
    "roubles that a false object costs": "сколько рублей стоит ложный предмет",
    "frames of a video in a second (default: its own)": "кадров видео в секунду (обычно его же)",
    "probability above which a pixel is an object (default: as the training chose)": (
        "вероятность, выше которой пиксель — предмет (обычно — как выбрано при обучении)"
    ),
    # usual mistakes
    "--{} {}: name the other folder, --{}": "--{} {}: назовите и вторую папку, --{}",
    # the comparison
    "none: FLAML knows tables and no masks, and AutoKeras 3.0 classifies pictures and wants Keras "
    "before 3.15; here the autopilot searches": (
        "нет: FLAML знает таблицы, а не маски; AutoKeras 3.0 только классифицирует снимки и "
        "требует Keras младше 3.15; здесь ищет autopilot"
    ),
    "--size {}: to compare, expected a multiple of {}": "--size {}: для сравнения нужно кратное {}",
    "--tiles: compare fits whole pictures; leave it out": (
        "--tiles: compare берёт снимки целиком; уберите"
    ),
    # the page of a served run
    "Drop a picture or a short video, and a network finds in it:": (
        "Перетащите сюда снимок или короткое видео, и сеть найдёт на нём:"
    ),
    "A picture or a video": "Снимок или видео",
    "Drop it here, or choose a file: PNG, JPEG, WebP, TIFF, BMP; MP4, MOV, WebM, MKV, AVI of up to "
    "{} seconds.": (
        "Перетащите файл сюда или выберите его: PNG, JPEG, WebP, TIFF, BMP; MP4, MOV, WebM, MKV, "
        "AVI до {} секунд."
    ),
    "The threshold, the probability above which a pixel belongs to an object": (
        "Порог — вероятность, выше которой пиксель принадлежит предмету"
    ),
    "as the network decides": "как решает сеть",
    "decide by the threshold": "решать по порогу",
    "objects found:": "найдено предметов:",
    "The answer, drawn over the picture; what was found is listed in the table below": (
        "Ответ поверх снимка; что найдено, перечислено в таблице ниже"
    ),
    "The answer, drawn over the video": "Ответ поверх видео",
    "Objects": "Предметы",
    "object": "предмет",
    "class": "класс",
    "centre x": "центр x",
    "centre y": "центр y",
    "pixels": "пиксели",
    "confidence": "уверенность",
    "Choose a picture or a video first.": "Сначала выберите снимок или видео.",
    **{
        f"{{}}: {{}} {frames}{english}": f"{{}}: кадров {{}}{russian}"
        for frames in ("frame", "frames")
        for english, russian in {"": "", ", with its sound": ", со звуком"}.items()
    },
    **{
        f"{{}}: damaged, {{}} {frames}{english} could be read ({{}})": (
            f"{{}}: файл повреждён, прочитано кадров: {{}}{russian} ({{}})"
        )
        for frames in ("frame", "frames")
        for english, russian in {"": "", " of about {}": " примерно из {}"}.items()
    },
    "HDR, whose colours are paler here than on its screen": (
        "HDR, его цвета здесь бледнее, чем на его экране"
    ),
    "interlaced, of each frame one of its two moments is shown": (
        "чересстрочное, из двух моментов каждого кадра показан один"
    ),
    "transparent parts are shown in the colours that they hide": (
        "прозрачные части показаны в цветах, которые за ними хранятся"
    ),
    "{} films in the file, of which the first is read": (
        "видеодорожек в файле {}, читается первая"
    ),
    "the video is {} s long, here up to {} s are answered": ("видео длится {} с, здесь — до {} с"),
    "{}: the pixels are too many, here up to {} million are answered": (
        "{}: пикселей слишком много, здесь — до {} миллионов"
    ),
    "{} × {} pixels are too many, here up to {} million are answered": (
        "{} × {} пикселей — слишком много, здесь — до {} миллионов"
    ),
    "the pictures have {} million pixels together, here up to {} million are answered at once": (
        "в снимках вместе {} миллионов пикселей, здесь за раз — до {} миллионов"
    ),
    "{}: not a video, expected MP4, MOV, WebM, MKV or AVI": (
        "{}: не видео, ожидается MP4, MOV, WebM, MKV или AVI"
    ),
}
