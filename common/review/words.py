"""What the pages of a review say, in both languages."""

from common.i18n import Text

TITLE = Text("Review", "Просмотр работ")
CLASS = Text("the class", "к группе")
FILTER = Text("Find a name, a group, a note", "Найти имя, группу, пометку")
ALL_MODULES = Text("all modules", "все модули")
ONLY = Text("Only", "Только")
NOT_FULL = Text("not all points", "не все баллы")
LATE = Text("late", "с опозданием")
ALIKE = Text("alike", "похожие")
BY_HAND = Text("by hand", "вручную")
REFUSED = Text("refused", "не проверено")
UNUSUAL = Text("unusual code", "необычный код")
SHOWN = Text("shown", "показано")
STUDENT = Text("student", "студент")
SECTION = Text("section", "группа")
MODULE = Text("module", "модуль")
SCORE = Text("score", "итог")
OF = Text("of", "из")
DAYS = Text("days late", "дней опоздания")
MARKS = Text("marks", "пометки")
ALIKE_GROUP = Text("alike {number}", "похожи {number}")
NOT_HERE = Text("Not handed in", "Не сдали")
KEYS = Text(
    "Keys: j, k next and previous; u the class; c the comment; Ctrl+Enter saves.",
    "Клавиши: j, k — следующая и предыдущая, u — группа, c — комментарий, Ctrl+Enter — сохранить.",
)
NEXT = Text("next", "следующая")
PREVIOUS = Text("previous", "предыдущая")
POINTS = Text("points by hand, of {most}", "баллы вручную, из {most}")
BY_CHECKS = Text("{points} by the checks", "по проверкам {points}")
COMMENT = Text("comment, which the student will read", "комментарий, его прочтёт студент")
SAVE = Text("save", "сохранить")
SAVED = Text("saved", "сохранено")
NOT_SAVED = Text("not saved", "не сохранено")
NO_SERVER = Text(
    "not saved: the review does not answer; is it still running?",
    "не сохранено: просмотр не отвечает; он ещё запущен?",
)
WHOLE = Text("The whole module", "Весь модуль")
WHOLE_ABOUT = Text(
    "Points here count in place of all that is below, and lateness takes nothing off.",
    "Баллы здесь считаются вместо всего, что ниже, и опоздание их не уменьшает.",
)
CODE = Text("Code", "Код")
BESIDE = Text("beside", "рядом с")
STARTER = Text("the starter code", "исходным кодом задания")
OTHERS = Text("of another student", "работой другого студента")
THE_SAME = Text("{count} lines that are the same", "одинаковых строк: {count}")
NO_FILE = Text("no such file", "такого файла нет")
PASSED = Text("{passed} of {all} checks passed", "пройдено проверок: {passed} из {all}")
COMPARE = Text("compare", "сравнить")
GROUPS = Text("Groups of similar work", "Группы похожих работ")
FORBIDDEN = Text(
    "Open the address that the terminal shows: without its key this page says nothing.",
    "Откройте адрес, который показан в терминале: без ключа эта страница ничего не скажет.",
)
NOT_THERE = Text("There is nothing at this address.", "По этому адресу ничего нет.")
SERVING = Text(
    "review of {out}, open: {url}\nPoints and comments are kept as given by {who}. Ctrl+C ends.",
    "просмотр {out}, откройте: {url}\nБаллы и комментарии сохраняются от имени {who}. "
    "Ctrl+C — закончить.",
)
LOOKING = Text(
    "Looking for similar work and unusual code; in a large class that takes a while.",
    "Ищем похожие работы и необычный код; в большой группе это не сразу.",
)
WRITING = Text("writing the pages of the class anew", "заново записываем страницы группы")
