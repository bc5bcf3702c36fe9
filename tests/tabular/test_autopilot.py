"""What an autopilot of prices is handed that it can do nothing with: one line, and nothing left."""

import pytest

from common.cli import main
from tabular.__main__ import DOMAIN
from tests.tabular.test_command import flats

FEW = "area,price\n30,3000000\n40,4100000\n50,5200000\n60,5900000\n70,7100000\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["five.csv", "--target", "price"], "5 examples give too few"),
        (
            ["flats.csv", "--target", "цена", "--loss", "mse"],
            "--loss mse does not serve",
        ),
        (["flats.csv", "--target", "цена", "--minutes", "0.001"], "--minutes 0.001 are too little"),
    ],
)
def test_it_is_refused_in_one_line_and_nothing_is_left(words, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "five.csv").write_text(FEW)
    flats(200).to_csv(tmp_path / "flats.csv", index=False)
    assert main(DOMAIN, ["autopilot", *words, "--device", "cpu", "--out", "run"]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["five.csv", "flats.csv"]
