"""What the lesson of prices says, in Russian: see `common.translation`."""

from tabular import russian_columns, russian_errors, russian_notes

PHRASES = {
    **russian_errors.PHRASES,
    **russian_columns.PHRASES,
    **russian_notes.PHRASES,
    "Real-estate price: a network, and losses that know what a mistake costs.": (
        "Цена квартиры: сеть и функции потерь, которые знают, чего стоит ошибка."
    ),
    # the page
    "What is a flat worth?": "Сколько стоит квартира?",
    "One network learns real-estate prices with several losses.": (
        "Одна и та же сеть учится ценам недвижимости с разными функциями потерь."
    ),
    "The standard one squares the error and so looks at the most expensive flats alone; the "
    "others know that a mistake is a share of the price, or that half a million roubles off is "
    "a catastrophe and fifteen million are critical.": (
        "Стандартная возводит ошибку в квадрат и потому смотрит только на самые дорогие "
        "квартиры; другие знают, что ошибка — это доля цены или что полмиллиона рублей мимо — "
        "катастрофа, а пятнадцать миллионов — критично."
    ),
    "Prices of {}": "Цены: {}",
    "A network that was trained with the loss {} tells the column {} from the others.": (
        "Сеть, обученная с функцией потерь {}, предсказывает столбец {} по остальным."
    ),
    "An error above {} counts as a catastrophe, and one above {} as critical, in the money of "
    "this table.": (
        "Ошибка больше {} считается катастрофой, больше {} — критичной, в деньгах этой таблицы."
    ),
    "What was understood of it stands under “How the data was read”.": (
        "Что понято из неё, сказано в разделе «Как прочитаны данные»."
    ),
    "median error, %": "медианная ошибка, %",
    "within 10 %, %": "ошибка до 10 %, %",
    "within 20 %, %": "ошибка до 20 %, %",
    "bias, %": "смещение, %",
    "catastrophes, %": "катастрофы, %",
    "critical, %": "критичные, %",
    "money lost": "потеряно денег",
    "median price": "медианная цена",
    "perfect valuer": "идеальный оценщик",
    "Prices": "Цены",
    "training, {}": "обучающая, {}",
    "evaluated, {}": "оцениваемая, {}",
    "price (logarithmic scale)": "цена (логарифмическая шкала)",
    "share of the part": "доля выборки",
    "Half of the prices are below {}, one in a hundred is above {}.": (
        "Половина цен ниже {}, одна из ста выше {}."
    ),
    "The two parts should look alike.": "Обе выборки должны быть похожи.",
    "Where it is expensive": "Где дорого",
    "The training part on the map, coloured by price: darker is more expensive.": (
        "Обучающая выборка на карте, цвет — цена: чем темнее, тем дороже."
    ),
    "The training part on the map, coloured by {}: darker is more expensive.": (
        "Обучающая выборка на карте, цвет — {}: чем темнее, тем дороже."
    ),
    "The training part on the map, coloured by price per unit of “{}”: darker is more expensive.": (
        "Обучающая выборка на карте, цвет — цена за единицу «{}»: чем темнее, тем дороже."
    ),
    "The colours end at the lowest and the highest 2\u00a0%.": (
        "Шкала цветов отсекает по 2\u00a0% самых дешёвых и самых дорогих."
    ),
    "price per unit of “{}”": "цена за единицу «{}»",
    "price": "цена",
    "longitude": "долгота",
    "latitude": "широта",
    "true price": "истинная цена",
    "predicted price": "предсказанная цена",
    "Predicted against true": "Предсказанная цена и истинная",
    "A point on the line is a valuation without error.": "Точка на прямой — оценка без ошибки.",
    "The darker band holds those within 10\u00a0% of the true price, the lighter one those "
    "within 20\u00a0%.": (
        "В тёмной полосе ошибка до 10\u00a0% истинной цены, в светлой — до 20\u00a0%."
    ),
    "Both scales are logarithmic.": "Обе шкалы логарифмические.",
    "Error by price": "Ошибка и цена",
    "The evaluated rows in {} equal groups, from the cheapest to the most expensive.": (
        "Оцениваемые строки в {} равных группах, от самых дешёвых к самым дорогим."
    ),
    "Only one row was evaluated.": "Оценена только одна строка.",
    "Median error": "Медианная ошибка",
    "Error that one in ten exceeds": "Ошибка, больше которой одна из десяти",
    "Mean error in money": "Средняя ошибка в деньгах",
    "median price of the group, {}": "медианная цена группы, {}",
    "median price of the group": "медианная цена группы",
    "The worst valuations": "Худшие оценки",
    "Where the network trained with {} was furthest off in money.": (
        "Где сеть, обученная с {}, больше всего ошиблась в деньгах."
    ),
    "Where the network trained with {} was furthest off in money, the one of all that lost the "
    "least.": (
        "Где сеть, обученная с {}, больше всего ошиблась в деньгах; из всех она потеряла меньше "
        "других."
    ),
    "fair price": "справедливая цена",
    "by {}": "по {}",
    # --help
    "CSV, TSV, Excel, Parquet or a folder of Parquet files; if left out: the course's market, or "
    "the run's own data": (
        "CSV, TSV, Excel, Parquet или папка файлов Parquet; без него — рынок из курса или данные "
        "самого прогона"
    ),
    "column that holds the price": "столбец с ценой",
    "sheet of a workbook (default: the first that has the price's column)": (
        "лист книги (обычно первый, где есть столбец с ценой)"
    ),
    "row in which the columns' names stand (default: found)": (
        "строка с именами столбцов (обычно находится сама)"
    ),
    "a table of the course: 'moscow' is simulated, 'california' is downloaded": (
        "таблица курса: 'moscow' смоделирована, 'california' скачивается"
    ),
    "say what a column is, NAME=KIND; kinds: {}": "что за столбец, ИМЯ=ВИД; виды: {}",
    "rows with one value in this column stay in one part": (
        "строки с одним значением в этом столбце остаются в одной выборке"
    ),
    "split by this column of dates: train on the oldest": (
        "разбить по этому столбцу дат: учиться на самых старых"
    ),
    "price also where much of a column cannot be read, or one is not there": (
        "оценивать и там, где столбец плохо читается или его нет"
    ),
    "loss to train with: mse, mse_log, relative, log_cosh, cost; or a sum, such as "
    "relative + 0.1*mse_log": (
        "функция потерь: mse, mse_log, relative, log_cosh, cost; или сумма, например "
        "relative + 0.1*mse_log"
    ),
    "examples in one training step (0: by the table's rows)": (
        "размер батча (0: по числу строк таблицы)"
    ),
    "passes over the training part (0: by the table's rows)": (
        "число эпох (0: по числу строк таблицы)"
    ),
    "networks in the ensemble that share weights": "сетей в ансамбле с общими весами",
    "share of neurons dropped in training": "доля нейронов, отключаемых при обучении (dropout)",
    "nearest flats whose prices are looked at": "ближайших квартир, на цены которых смотрят",
    "an error in roubles that is a catastrophe": "ошибка в рублях, которая считается катастрофой",
    "an error in roubles that is critical": "ошибка в рублях, которая считается критичной",
    "cost of a rouble beyond the first": "цена рубля ошибки сверх первого порога",
    "cost of a rouble beyond the second": "цена рубля ошибки сверх второго порога",
    "weight of valuing too high": "вес завышенной оценки",
    "weight of valuing too low": "вес заниженной оценки",
    "roubles for one unit of the price's currency (default: by its sign)": (
        "рублей за единицу валюты цены (обычно по её знаку)"
    ),
    # usual mistakes
    "say which column holds the price, --target COLUMN; there are: {}": (
        "назовите столбец с ценой, --target COLUMN; есть: {}"
    ),
    "--{} {}: there is no such column": "--{} {}: такого столбца нет",
    "--{} {}: there is no such column; did you mean {}?": (
        "--{} {}: такого столбца нет; может быть, {}?"
    ),
    "{}: row {} holds {}, expected a number": "{}: в строке {} стоит {}, нужно число",
    "{}: row {} holds {}, expected a number such as 12 500 000": (
        "{}: в строке {} стоит {}, нужно число, например 12 500 000"
    ),
    "column {} is missing, the network was trained with it": (
        "нет столбца {}, а сеть с ним обучена"
    ),
    "{}: is the file to be priced; name another to write": (
        "{}: этот файл оценивают; назовите другой для записи"
    ),
    # the page of a served run
    "Describe a flat, and a network says what it is worth.": (
        "Опишите квартиру, и сеть скажет, сколько она стоит."
    ),
    "Or send a table, and a column of prices is added to it.": (
        "Или пришлите таблицу — в ней появится столбец цен."
    ),
    "One flat": "Одна квартира",
    "Many flats": "Много квартир",
    "Examples": "Примеры",
    "Fill in a flat of the test part:": "Взять квартиру из тестовой выборки:",
    "Example {}": "Пример {}",
    "yes or no": "да или нет",
    "yes": "да",
    "no": "нет",
    "not known": "неизвестно",
    "one of {}": "одно из {}",
    "such as {}": "например {}",
    "{} to {}, often {}": "от {} до {}, обычно {}",
    "What is it worth?": "Сколько стоит?",
    "Clear": "Очистить",
    "Drop a table here, or choose one: CSV, TSV, Excel or Parquet.": (
        "Перетащите сюда таблицу или выберите файл: CSV, TSV, Excel или Parquet."
    ),
    "the tick:": "галочкой:",
    "price also where much cannot be read, or a column is missing": (
        "оценить и тогда, когда многое не читается или нет столбца"
    ),
    "The nearest sold flats that it rests on": (
        "Ближайшие проданные квартиры, на которые она опирается"
    ),
    "This run knows of no interval; train it anew to have one.": (
        "Интервал этому прогону неизвестен; он появится, если обучить заново."
    ),
    "Eight of ten such flats cost": "Восемь из десяти таких квартир стоят",
    "The width comes from the errors on flats of the validation part:": (
        "Ширина взята из ошибок на квартирах валидационной выборки, их"
    ),
    "They are of the network before it was trained on these flats too.": (
        "Это ошибки сети до того, как её обучили и на этих квартирах."
    ),
    "Measured on flats of the test part:": "Проверено на квартирах тестовой выборки, их",
    "of these within their interval:": "из них в своём интервале",
    "This flat was sold for": "Эта квартира была продана за",
    "km away": "до неё, км",
    "{}: {} is far from all that training saw": "{}: {} далеко от всего, что видело обучение",
    "{}: {} is below a tenth of the least in training": (
        "{}: {} меньше десятой доли наименьшего в обучении"
    ),
    "{}: {} is unusual, in training 98 of 100 were from {} to {}": (
        "{}: {} необычно, в обучении у 98 из 100 — от {} до {}"
    ),
    "{}: {} is not above 0, in training all were": "{}: {} не больше 0, в обучении все были больше",
    "{}: blank, and in training it never was": "{}: пусто, а в обучении такого не было",
    "{}: {} was not known in training, or hardly": (
        "{}: {} в обучении не встречалось или почти не встречалось"
    ),
    # who pays
    "Who pays": "Кто платит",
    "The mean of the money lost hangs on few flats: the {} costliest of {} stand apart here.": (
        "Среднее потерянных денег держится на немногих квартирах: здесь отдельно стоят {} самых "
        "дорогих ошибок из {}."
    ),
    "The last column is the difference to {} flat by flat, with its standard error.": (
        "В последнем столбце — разница с {} по каждой квартире и её стандартная ошибка."
    ),
    "A difference within two of these, or one that is gone without the costliest flats, says more "
    "of this test part than of the loss.": (
        "Разница в пределах двух таких ошибок или та, что пропадает без самых дорогих ошибок, "
        "больше говорит об этой тестовой выборке, чем о функции потерь."
    ),
    "loss function": "функция потерь",
    "share of the costliest": "доля самых дорогих ошибок",
    "the others": "остальные",
    "against {}": "против {}",
    # the comparison
    "metric, list of learners, seconds; it was told nothing of roubles": (
        "метрику, список моделей, секунды; о рублях ему не сказано ничего"
    ),
    "trees, and the loss by its gradient": "деревья, а функцию потерь — через её градиент",
    "LightGBM, told the loss": "LightGBM с этой функцией потерь",
    # export
    "torch, neighbours as means of {}": "torch, соседи — средние по {}",
    "take along the flats of training with their prices; otherwise means of ten of them": (
        "взять с собой квартиры обучающей выборки с ценами; иначе — средние по десяти"
    ),
}
