"""Classes of texts by other hands: the networks are twins."""

from tests.common.comparison.twins import assert_twins, network_of
from tests.text.helpers import letters, russian_csv
from text.settings import TextSettings, TextSource
from text.task import TASK


def test_the_plain_networks_are_twins(tmp_path):
    table = russian_csv(tmp_path / "letters.csv", letters())
    source = TextSource(file=str(table), text="сообщение", label="класс")
    settings = TextSettings(epochs=1, width=8, embedding=8, device="cpu", loss="cost")
    assert_twins(TASK, source, settings, network=network_of)
