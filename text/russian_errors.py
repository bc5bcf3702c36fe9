"""Why texts, their classes and price lists are refused, in Russian: see `common.translation`."""

from common.tables.russian_errors import RUSSIAN_KINDS

PHRASES = {
    "{}: {} and {} of prices, expected as many rows as columns, and the names of the true classes "
    "in the first column": (
        "{}: строк и столбцов с ценами разное число ({}, {}), а нужно одинаковое, и в первом "
        "столбце имена истинных классов"
    ),
    "{}: {} prices for {} classes, expected {} x {}": (
        "{}: цен {}, а классов {}, нужна таблица {} x {}"
    ),
    "{}: a class stands twice in {}": "{}: класс записан дважды: {}",
    "{}: every price is 0, so no mix-up costs anything": (
        "{}: все цены равны 0, и ни одна путаница ничего не стоит"
    ),
    "{}: {} names a row and no column": "{}: {} — имя строки, а столбца с таким именем нет",
    "{}: row {} holds {} under {}, expected a price": (
        "{}: в строке {} — {} в столбце {}, нужна цена"
    ),
    "{}: the class {} of the texts has no prices": "{}: для класса {} из текстов нет цен",
    "{}: unknown class {}, no text has it": "{}: неизвестный класс {}, его нет ни у одного текста",
    "{}, expected a price from 0 to {}": "{}, нужна цена от 0 до {}",
    "{}, expected 0: that is the right answer": "{}, нужен 0: это верный ответ",
    "--text and --label both name {}, expected two columns": (
        "--text и --label называют один столбец {}, а нужны два"
    ),
    "no row has both a text in {} and a class in {}": (
        "нет строк, где есть и текст в {}, и класс в {}"
    ),
    "{} classes in {} for {} different texts in {}: are --text and --label exchanged?": (
        "классов {} в {} на разных текстов {} в {}: не перепутаны ли --text и --label?"
    ),
    "{} of one class, {}: there is nothing to learn": "{}, и все одного класса {}: учиться нечему",
    "{} classes in {} texts: is {} the column of the classes?": (
        "классов {} на текстов {}: точно ли классы в столбце {}?"
    ),
    "say which column it is, {} COLUMN; there are: {}": (
        "скажите, какой это столбец: {} СТОЛБЕЦ; есть: {}"
    ),
    "{}: {} is a folder, whose classes are told by the files' names": (
        "{}: {} — папка, в ней классы известны по именам файлов"
    ),
    "{} {}: name the file that has it": "{} {}: назовите файл, в котором это есть",
    "{}: no text file (.txt, .md) in this folder, nor in those inside it": (
        "{}: ни в этой папке, ни во вложенных нет текстовых файлов (.txt, .md)"
    ),
    "{}: no text file (.txt, .md) in this folder, nor in those inside it; there are: {}": (
        "{}: ни в этой папке, ни во вложенных нет текстовых файлов (.txt, .md); есть: {}"
    ),
    "{}: its folders are called as parts of a split, {}, and not as classes: name one of them, for "
    "training makes its own parts, or put their folders together": (
        "{}: папки названы как выборки, {}, а не как классы: назовите одну из них, обучение само "
        "делит тексты на выборки, или сложите их папки вместе"
    ),
    "all {} texts in {} are the same: there is nothing to learn": (
        "все тексты ({}) в столбце {} одинаковы: учиться нечему"
    ),
    "each of {} texts has a class of its own: is {} the column of the classes?": (
        "у каждого из текстов ({}) свой класс: точно ли классы в столбце {}?"
    ),
    "{}: every text file is empty, {} in all": "{}: все текстовые файлы пусты, их {}",
    "--group {}: {} is a folder, expected 'folder' or the number of a part of the files' names": (
        "--group {}: {} — папка, нужно 'folder' или номер части имён файлов"
    ),
    "{}: has no group, by --group {}": "{}: нет группы по --group {}",
    "{}: no class; name the file CLASS_name.txt, or put it into a folder that is called as its "
    "class": ("{}: нет класса; назовите файл КЛАСС_имя.txt или положите в папку с именем класса"),
    "column {} is missing, the network reads its texts there": (
        "нет столбца {}, а сеть читает тексты в нём"
    ),
    "column {} is missing, the classes stand there": "нет столбца {}, а классы стоят в нём",
    "is it {}?": "не {} ли это?",
    "is it {} there?": "не {} ли это там?",
    "there are: {}": "есть: {}",
    "a file of lines is called .txt": "файл со строками текста должен называться .txt",
    "{}: {}, expected a text in each line": "{}: {}, а нужен текст в каждой строке",
    **{
        f"{{}}: {kind}, expected a text in each line": f"{{}}: это {said}, а нужны строки текста"
        for kind, said in {**RUSSIAN_KINDS, "binary data": "двоичные данные"}.items()
    },
    "{}: is the file to be answered; name another to write": (
        "{}: это файл с вопросами; назовите другой для ответов"
    ),
    "say where the answers to the standard input go: --out FILE": (
        "скажите, куда писать ответы на стандартный ввод: --out ФАЙЛ"
    ),
    "name the table or folder to examine": "назовите таблицу или папку для проверки",
    "no line with a text in it: there is nothing to answer": (
        "нет ни одной строки с текстом: отвечать не на что"
    ),
    "{}: answers to lines and documents are written as .csv": (
        "{}: ответы на строки и документы пишутся в .csv"
    ),
    "{}: expected the name of a file in a folder that is there": (
        "{}: нужно имя файла в папке, которая есть"
    ),
    "the training part has texts of one class alone, {}: there is nothing to learn": (
        "в обучающей выборке тексты только одного класса, {}: учиться нечему"
    ),
    "--loss ordinal is for ratings, classes that are numbers; not {}": (
        "--loss ordinal — для оценок, то есть классов-чисел; а здесь {}"
    ),
    "no text has a class that the network learned: {}": (
        "ни у одного текста нет класса, который знает сеть: {}"
    ),
    "{}: not word vectors, whose first line has two numbers: how many words there are, and how "
    "long a vector is": (
        "{}: это не векторы слов: у них в первой строке два числа — сколько слов и какой длины "
        "вектор"
    ),
    "{}: word vectors that are not finite": "{}: в векторах слов есть NaN или бесконечность",
    "{}: damaged word vectors: {}": "{}: векторы слов повреждены: {}",
    "the word vectors that were given know no word of the training part": (
        "в данных векторах нет ни одного слова обучающей выборки"
    ),
    "{}: {}, which its size belies": "{}: {}, а размер файла говорит другое",
}
