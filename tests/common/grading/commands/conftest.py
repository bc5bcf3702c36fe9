"""A course of one exercise, for the commands to be tried on."""

import os

import pytest

from common.discovery import ROOT
from common.grading.exercise import course as course_module
from common.grading.runner.local import LocalRunner
from tests.common.grading.exercise.test_specification import TOY
from tests.common.grading.folder import toy_course


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(course_module, "exercises_of", lambda module: [TOY])
    monkeypatch.setattr(
        LocalRunner, "variables", lambda runner: {"PYTHONPATH": f"{runner.root}{os.pathsep}{ROOT}"}
    )
    monkeypatch.chdir(tmp_path)
    return toy_course(tmp_path / "course")
