"""A pixel's angle: against hand-computed numbers and OpenCV's own projection."""

import json
import math

import cv2
import numpy as np
import pytest

from common.errors import UserError
from vision.flight.lens import Lens

MATRIX = np.array([[410.0, 0, 322.0], [0, 405.0, 238.5], [0, 0, 1]])
DISTORTION = np.array([-0.31, 0.11, 0.001, -0.0007, -0.02])


def calibration(path, *, size=(640, 480), matrix=MATRIX, distortion=DISTORTION):
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)
    storage.write("image_width", size[0])
    storage.write("image_height", size[1])
    storage.write("camera_matrix", matrix)
    storage.write("distortion_coefficients", distortion)
    storage.release()
    return path


def test_angles_of_a_field_of_view_are_those_of_a_right_triangle():
    # 90 degrees across 640 pixels: 320 from the middle is 45 degrees, 160 is atan(1/2).
    lens = Lens.of_view(90, (480, 640))
    x, y = lens.angles(319.5 + 160, 239.5 - 80)
    assert x == pytest.approx(0.4636476, abs=1e-6)
    assert y == pytest.approx(-0.2449787, abs=1e-6)
    assert lens.angles(639.5, 239.5) == pytest.approx((math.pi / 4, 0))


@pytest.mark.parametrize("suffix", ["yml", "xml", "json"])
def test_a_calibration_takes_the_distortion_out(tmp_path, suffix):
    lens = Lens.from_file(calibration(tmp_path / f"camera.{suffix}"))
    assert lens.size == (480, 640)
    for right, down in ((0.3, -0.2), (-0.5, 0.4), (0.0, 0.0)):
        point = np.array([[right, down, 1.0]])
        (pixel,), _ = cv2.projectPoints(point, np.zeros(3), np.zeros(3), MATRIX, DISTORTION)
        assert lens.slopes(*pixel[0]) == pytest.approx((right, down), abs=1e-4)
        assert lens.angles(*pixel[0]) == pytest.approx(
            (math.atan(right), math.atan(down)), abs=1e-4
        )


def test_a_calibration_serves_frames_of_its_proportions(tmp_path):
    lens = Lens.from_file(calibration(tmp_path / "camera.yml"))
    half = lens.fitted((240, 320))
    # The middle of the whole frame's pixels 200 and 201 is the middle of the small one's pixel 100.
    assert half.slopes(100, 60) == pytest.approx(lens.slopes(200.5, 120.5), abs=1e-9)
    assert lens.fitted((480, 640)) is lens


def test_a_calibration_of_another_size_is_refused(tmp_path):
    lens = Lens.from_file(calibration(tmp_path / "camera.yml"))
    with pytest.raises(UserError, match="is of 640x480 pixels, the frames are 1280x720"):
        lens.fitted((720, 1280))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no calibration",
        "%YAML:1.0\n---\nimage_width: 640\n",
        '{"image_width": 640, "image_height": 480, "camera_matrix": 3}',
        json.dumps({"image_width": -1, "image_height": 480}),
        "\x00\x01",
    ],
)
def test_what_is_no_calibration_is_one_line(tmp_path, content):
    (tmp_path / "camera.yml").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match="not a calibration by OpenCV"):
        Lens.from_file(tmp_path / "camera.yml")


def test_implausible_numbers_are_refused(tmp_path):
    for matrix in (-MATRIX, MATRIX * np.nan, np.diag([400.0, 400.0, 1.0])):
        with pytest.raises(UserError, match="not a calibration"):
            Lens.from_file(calibration(tmp_path / "camera.yml", matrix=matrix))
    with pytest.raises(UserError, match="no such file"):
        Lens.from_file(tmp_path / "nowhere.yml")
