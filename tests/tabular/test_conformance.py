from common.conformance import check_domain
from tabular.settings import TableSource, TabularSettings
from tabular.task import TASK
from tests.tabular.test_command import flats


def test_the_task_keeps_its_contract(tmp_path):
    flats().to_csv(tmp_path / "flats.csv", index=False)
    flats(30, seed=1).drop(columns="цена").to_csv(tmp_path / "new.csv", index=False)
    source = TableSource(file=str(tmp_path / "flats.csv"), target="цена")
    settings = TabularSettings(epochs=1, width=8, members=1, device="cpu")
    check_domain(TASK, source, settings, tmp_path, given=tmp_path / "new.csv")
