"""The first cell of a notebook: it finds the course, or brings it, and installs what is missing.

It has to run where nothing of the course is there yet, on Colab or at home, so it is text.
"""

from common.i18n import Text

DRIVE = Text(
    "True: the course and your work lie on your Drive, and outlast this session",
    "True: курс и ваши решения лежат на вашем Диске и переживут этот сеанс",
)
UPLOAD = Text(
    "Choose the archive of the course that your teacher gave you",
    "Выберите архив курса, который дал преподаватель",
)
MISSING = Text(
    "The course is not here: open this notebook in its folder, or in a folder within it",
    "Курса здесь нет: откройте этот блокнот в папке курса или во вложенной папке",
)

TITLE = "# @title"
"""How the cell begins: what Colab shows in place of its code."""
ABOUT = Text("Find the course, install what is missing", "Найти курс, поставить, чего не хватает")

CODE = """
{title} {about}
import importlib, subprocess, sys, zipfile
from pathlib import Path

USE_DRIVE = False  # @param {{type:"boolean"}}
# {drive}
REPOSITORY = "{repository}"


def is_course(folder):
    return (folder / "common" / "exercises.py").is_file()


on_colab = "google.colab" in sys.modules
home = Path("/content" if on_colab else ".").resolve()
if on_colab and USE_DRIVE:
    from google.colab import drive

    drive.mount("/content/drive")
    home = Path("/content/drive/MyDrive")
near = [*home.glob("*/common/exercises.py"), *home.glob("*/*/common/exercises.py")]
places = [home, *home.parents, *(file.parents[1] for file in near)]
course = next(filter(is_course, places), None)
if course is None and on_colab and REPOSITORY:
    course = home / "stickshift"
    subprocess.run(["git", "clone", "--depth", "1", REPOSITORY, str(course)], check=True)
elif course is None and on_colab:
    from google.colab import files

    print("{upload}")
    for name in files.upload():
        zipfile.ZipFile(name).extractall(home / "stickshift")
    inside = [home / "stickshift", *(home / "stickshift").iterdir()]
    course = next(filter(is_course, inside), None)
if course is None:
    raise SystemExit("{missing}")
sys.path.insert(0, str(course))
importlib.invalidate_caches()

from common.notebooks.installing import install

install("{language}")

from common.notebooks.session import begin

check, demo, progress, submit = begin("{module}", "{language}")
progress()
"""


def first_cell(module: str, language: str, repository: str) -> str:
    """Return the code of a notebook's first cell."""
    return CODE.strip().format(
        title=TITLE,
        about=ABOUT.to(language),
        module=module,
        language=language,
        repository=repository,
        drive=DRIVE.to(language),
        upload=UPLOAD.to(language),
        missing=MISSING.to(language),
    )
