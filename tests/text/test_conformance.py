from common.conformance import check_domain
from tests.text.helpers import letters, russian_csv
from text.settings import TextSettings, TextSource
from text.task import TASK


def test_the_task_keeps_its_contract(tmp_path):
    table = russian_csv(tmp_path / "letters.csv", letters())
    source = TextSource(file=str(table), text="сообщение", label="класс", group="ситуация")
    settings = TextSettings(epochs=1, width=8, heads=1, embedding=8, device="cpu")
    check_domain(TASK, source, settings, tmp_path, given=table)
