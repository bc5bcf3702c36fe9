"""The course's words: one for each thing, the field's own, in both languages."""

import re
from pathlib import Path

import pytest

from common.discovery import packages

ROOT = Path(__file__).parents[2]
SUFFIXES = {".py", ".md", ".html", ".template"}
FORBIDDEN = (
    # English: a word that is no term, and what is said instead.
    (r"learn\w*\s+(\w+\s+){0,3}by\s+heart", "overfits, memorises"),
    ("flatter", "is optimistic"),
    ("its slope", "its gradient"),
    ("the slope of the loss", "the gradient of the loss"),
    (r"loss(es)?\s+of\s+(one|your)('s)?\s+own", "a custom loss"),
    (r"first\s+loss\s+of\s+one's", "a first custom loss"),
    (r"dearest\s+class", "costliest class"),
    (r"scores\s+into\s+shares", "probabilities, weights"),
    (r"valued\s+p\b", "predicted price"),
    (r"waves\s+for\s+numbers", "periodic embeddings"),
    (r"texts\s+as\s+one\s+table", "padding a batch"),
    (r'"where\s+to\s+look"|\|\s*where\s+to\s+look\s*\|', "attention pooling with a mask"),
    (r"says\s+the\s+logits", "returns logits"),
    (r"back\s+to\s+the\s+house", "overview"),
    (r"device\s+that\s+goes\s+by", "return torch.device(name)"),
    # Russian.
    (r"проверочн\w+", "валидационная или тестовая выборка"),
    (r"оценочн\w+\s+(выборк|част)\w+", "валидационная или тестовая выборка"),
    (r"контрольн\w+\s+выборк\w+", "валидационная или тестовая выборка"),
    (r"(обучающ|валидационн|тестов)\w+\s+част(ь|и|ью|ей|ям|ях)\b", "выборка"),
    (r"мини-?батч\w*\s+за", "батч"),
    (r"порци[яиюей]+\s+пример\w*", "батч"),
    (r"функци\w+\s+(ошибки|стоимости)\b", "функция потерь"),
    (r"переподгон\w+", "переобучение"),
    (r"наизусть", "переобучение, запоминает"),
    (r"льстив\w+|может\s+льстить", "завышенная оценка"),
    (r"этого\s+дома\b.{0,20}правил|правило\s+этого\s+дома", "правило курса"),
    (r"учится\s+(\*\*)?батч(\*\*)?\s+за\s+батчем", "модель учится по батчам"),
    (r"затраты\s+показа", "бюджет демонстрации"),
    (r"сказать\s+слово", "синтезирует речь"),
    (r"уровень\s+мимо", "ошибка уровня, дБ"),
    (r"ответ\s+стоит\s+прямо", "верните снимок в правильной ориентации"),
    (r"видн\w+\s+наполовину", "наполовину прозрачная"),
    (r"кончаются\s+на\s+65535", "на шкале 0…65535"),
    (r"больше:\s+по\s+прямым", "увеличение: линейная интерполяция"),
    (r"полточки", "полпикселя"),
    (r"предмет\s+j\s+наш[её]л\s+настоящий", "настоящий предмет i найден предсказанным j"),
    (r"к\s+тишине\s+вместо\s+речи", "если мощность речи равна нулю"),
    (r"тип\s+остаётся\s+прежним", "перечислите типы"),
    (r"волны\s+для\s+чисел", "периодические эмбеддинги"),
    (r"наклон\s+(потерь|бесконечен)", "градиент"),
)  # fmt: skip
WORDS = [
    "attention", "attention mask", "batch", "calibration", "class imbalance",
    "data augmentation", "DataLoader", "early stopping", "embedding", "ground truth",
    "learning rate schedule", "logits", "loss function", "mixed precision", "n-gram", "nn.Module",
    "overfitting", "receptive field", "regularisation", "skip connection", "test set",
    "training set", "validation set",
]  # fmt: skip


def pages() -> list[Path]:
    folders = [*packages(), "docs", "tests/graded"]
    files = [p for folder in folders for p in sorted((ROOT / folder).rglob("*"))]
    return [*sorted(ROOT.glob("*.md")), *(p for p in files if p.suffix in SUFFIXES)]


def test_no_page_uses_a_word_of_its_own_where_the_field_has_one():
    found = []
    forbidden = [(re.compile(word, re.IGNORECASE), better) for word, better in FORBIDDEN]
    for path in pages():
        text = path.read_text(encoding="utf-8")
        for word, better in forbidden:
            for match in word.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                place = f"{path.relative_to(ROOT).as_posix()}:{line}"
                found.append(f"{place}: {match[0]!r}; say: {better}")
    assert found == []


def rows(name: str) -> list[list[str]]:
    lines = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row, line in zip(cells, lines, strict=True) if line.startswith("| ")][1:]


@pytest.mark.parametrize("name", ["glossary.md", "glossary.ru.md"])
def test_the_glossary_is_in_alphabetical_order_and_names_nothing_twice(name):
    terms = [row[0].casefold() for row in rows(name)]
    assert terms == sorted(set(terms))


def test_the_two_glossaries_pair_the_same_terms():
    english = {(row[0], row[1]) for row in rows("glossary.md")}
    russian = {(row[1], row[0]) for row in rows("glossary.ru.md")}
    assert english == russian


def test_the_terms_of_the_lessons_are_in_the_glossary():
    there = {row[0].casefold() for row in rows("glossary.md")}
    assert {word for word in WORDS if word.casefold() not in there} == set()
