"""Downloads of learning platforms, as they are unpacked."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.e2e.field.classes import GOOD, POOR, STUB, Files, grade

LATE = """timezone = "Europe/Madrid"
[labs.ml-assignment2]
deadline = 2026-11-02T12:00:00
penalty_per_day = 0.1
"""


def test_a_moodle_download(tmp_path: Path) -> None:
    """Each participant has the mark of their own model; a typed text is nobody; who is absent has handed in nothing."""
    found = grade(
        tmp_path,
        {
            "Nora Ejemplo_88401_assignsubmission_file_/digits.h5": GOOD,
            "Nora Ejemplo_88401_assignsubmission_onlinetext_/onlinetext.html": "<p>Enjoy!</p>",
            "Jean de la Maquette_88402_assignsubmission_file_/v2/final.h5": POOR,
        },
        roster="id,name\n88401,Nora Ejemplo\n88402,Jean de la Maquette\n88403,Ada Absens\n",
    )
    points = found.points()

    assert (
        found.summary["found"][0] == "This looks like a Moodle download: 2 students, 1 online text."
    )
    assert found.files() == {"88401": ["digits.h5"], "88402": ["v2/final.h5"], "88403": None}
    assert points["88401"] == 40 > points["88402"] > 0 == points["88403"]
    assert found.reason("88403") == "missing"
    assert not found.open()


def test_a_canvas_download(tmp_path: Path) -> None:
    """All files of a person are one submission with one mark, under the names they had; LATE is no part of a name."""
    found = grade(
        tmp_path,
        {
            "ejemplonora_6601_70001_digits.h5": GOOD,
            "ejemplonora_6601_70002_notes-1.txt": "see the report",
            "maquettejean_LATE_6602_70003_digits-2.h5": POOR,
            "maquettejean_LATE_6602_70004_report.pdf": b"%PDF-1.7",
        },
        roster="id,name,received_at\n6601,Nora Ejemplo,01.11.2026 18:00\n6602,Jean Maquette,03.11.2026 18:00\n",
        settings=LATE,
    )

    assert found.files() == {
        "6601": ["digits.h5", "notes.txt"],
        "6602": ["digits.h5", "report.pdf"],
    }
    assert found.points()["6601"] == 40 > found.points()["6602"] > 0
    assert found.rows["6602"]["days_late"] == "2"


def test_a_gradescope_export(tmp_path: Path) -> None:
    """Names, numbers and times are those of the metadata, whose keys begin with a colon; the file is nobody's."""
    metadata = """---
submission_511:
  :submitters:
  - :name: Nora Ejemplo
    :sid: '0901'
    :email: nora@uni.example
  :created_at: 2026-11-01 19:00:00.250000000 Z
submission_512:
  :submitters:
  - :name: Jean Maquette
    :sid:
    :email: jean@uni.example
  :created_at: 2026-11-03 19:00:00 Z
"""
    found = grade(
        tmp_path,
        {
            "submission_511/digits.h5": GOOD,
            "submission_512/code/model.h5": POOR,
            "submission_metadata.yml": metadata,
        },
        settings=LATE,
    )

    assert found.names() == {"0901": "Nora Ejemplo", "jean@uni.example": "Jean Maquette"}
    assert found.received()["0901"] == "2026-11-01T19:00:00Z"
    assert found.points()["0901"] == 40
    assert found.rows["jean@uni.example"]["days_late"] == "2"


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def clones(*names: str) -> Files:
    """Repositories, each with a model."""
    return {
        f"{name}/{file}": content
        for name in names
        for file, content in ((".git/HEAD", "ref: refs/heads/main\n"), ("digits.h5", STUB))
    }


#: Layout, files, roster, and who has which files.
OTHERS: dict[str, tuple[str, Files, str, dict[str, list[str] | None]]] = {
    "moodle, flat, in a folder, from a Mac": (
        "Moodle",
        {
            decomposed("Lab 2-99/Zoé Grün-Núñez_31_assignsubmission_file_digits.h5"): STUB,
            decomposed("Lab 2-99/Zoé Grün-Núñez_31_assignsubmission_file_plot.png"): STUB,
            "Lab 2-99/Łukasz Wzór_32_assignsubmission_file_m.h5": STUB,
            "Lab 2-99/.DS_Store": STUB,
            "__MACOSX/Lab 2-99/._x": STUB,
        },
        "First name,Last name,Email address,Groups\nZoé,Grün-Núñez,zoe@uni.example,\nLukasz,Wzor,lw@uni.example,\n",
        {"zoe@uni.example": ["digits.h5", "plot.png"], "lw@uni.example": ["m.h5"]},
    ),
    "moodle, namesakes by their numbers": (
        "Moodle",
        {
            "Kim Prova_41_assignsubmission_file_/m.h5": STUB,
            "Kim Prova_42_assignsubmission_file_/n.h5": STUB,
        },
        "id,name\n42,Kim Prova\n41,Kim Prova\n",
        {"41": ["m.h5"], "42": ["n.h5"]},
    ),
    "moodle, blind": (
        "Moodle",
        {
            "Participante_41_assignsubmission_file_/m.h5": STUB,
            "Participante_42_assignsubmission_file_/n.h5": STUB,
        },
        "Identifier,Status,Grade\nParticipant 41,Submitted,\nParticipant 42,Submitted,\n",
        {"41": ["m.h5"], "42": ["n.h5"]},
    ),
    "canvas, the gradebook as roster": (
        "Canvas",
        {
            "obriensean_71_80001_a_b_c.h5": STUB,
            "groenjoerg_LATE_72_80002_m-3.h5": STUB,
            "groenjoerg_LATE_72_80003_m-4.keras": STUB,
        },
        """Student,ID,SIS Login ID,Section,Lab 2 (11)
    Points Possible,,,,40
"O'Brien, Seán",71,sean,ML,
"Grön, Jörg",72,joerg,ML,
""",
        {"71": ["a_b_c.h5"], "72": ["m.h5", "m.keras"]},
    ),
    "canvas, numbers of the institution": (
        "Canvas",
        {"groenjoerg_72_80002_m.h5": STUB, "lee_73_80004_m.h5": STUB},
        "id,name\n900,Jörg Grön\n901,Lee\n",
        {"900": ["m.h5"], "901": ["m.h5"]},
    ),
    "blackboard": (
        "Blackboard",
        {
            "Lab 2_ne01_attempt_2026-11-01-20-00-00.txt": "Name: Nora Ejemplo (ne01)\r\nAssignment: Lab 2\r\n",
            "Lab 2_ne01_attempt_2026-11-01-20-00-00_my_digits.h5": STUB,
            "Lab 2_jm02_attempt_2026-11-02-20-00-00_m.h5": STUB,
        },
        "Username,Last Name,First Name\nne01,Ejemplo,Nora\njm02,Maquette,Jean\nzz03,Absens,Ada\n",
        {"ne01": ["my_digits.h5"], "jm02": ["m.h5"], "zz03": None},
    ),
    "brightspace": (
        "Brightspace",
        {
            "index.html": "<html>",
            "5501-77 - Nora Ejemplo - Nov 1, 2026 800 PM/digits.h5": STUB,
            "5502-77 - Jean Maquette-Roux - 2 nov. 2026 1015/m.h5": STUB,
        },
        "OrgDefinedId,Username,Last Name,First Name,Email\n#001,nora,Ejemplo,Nora,\n#002,jean,Maquette-Roux,Jean,\n",
        {"001": ["digits.h5"], "002": ["m.h5"]},
    ),
    "github, logins that begin alike": (
        "GitHub",
        clones("lab-2-max-a", "lab-2-max-b"),
        "id,name,github username\nn,Nora Ejemplo,max-b\nj,Jean Maquette,Max-A\n",
        {"j": ["digits.h5"], "n": ["digits.h5"]},
    ),
    "github, the clones of gh": (
        "GitHub",
        clones("lab-2-submissions/lab-2-nora88", "lab-2-submissions/lab-2-jm-roux"),
        "identifier,github_username,github_id,name\nNora Ejemplo,nora88,1,\nJean Maquette,jm-roux,2,\n",
        {"Nora-Ejemplo": ["digits.h5"], "Jean-Maquette": ["digits.h5"]},
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_every_hand_in_finds_its_owner(tmp_path: Path, case: str) -> None:
    """Other platforms, other names, other rosters: each line of the roster once, with its own files."""
    platform, files, roster, expected = OTHERS[case]
    found = grade(tmp_path, files, roster=roster, settings=LATE)

    assert platform in found.summary["found"][0]
    assert found.files() == expected


@pytest.mark.parametrize(
    ("files", "roster", "questions"),
    [
        (clones("lab-anna", "lab-bo"), "id,name\nn,Anna Prova\np,Anna Modell\nq,Bo Wzor\n", 2),
        (clones("lab-anna-m", "lab-bo"), "id,login\nn,anna-m\np,ada\n", 1),
        (
            {
                "Kim Prova_41_assignsubmission_file_/m.h5": STUB,
                "Kim Prova_42_assignsubmission_file_/m.h5": STUB,
            },
            "id,name\nk1,Kim Prova\nk2,Kim Prova\n",
            2,
        ),
        (
            {"submission_1/m.h5": STUB, "submission_2/m.h5": STUB},
            "id,name\nn,Nora\n",
            2,
        ),
    ],
    ids=["first names", "one stranger", "namesakes", "metadata left at home"],
)
def test_what_fits_nobody_or_two_is_a_question(
    tmp_path: Path, files: Files, roster: str, questions: int
) -> None:
    """It keeps its mark under its own name, and until it is answered nobody's absence is final."""
    found = grade(tmp_path, files, roster=roster)

    assert len(found.unmatched()) == questions
    assert found.open() == {name for name, files in found.files().items() if files is None}


def test_texts_alone_are_named(tmp_path: Path) -> None:
    """Who typed a text and handed in no file is somebody to look at."""
    found = grade(
        tmp_path,
        {
            "ejemplonora_6601_text.html": "<p>My disk broke.</p>",
            "maquettejean_6602_80001_m.h5": STUB,
        },
        roster="id,name\n6601,Nora Ejemplo\n6602,Jean Maquette\n",
    )

    assert "Without a file: ejemplonora." in found.said
    assert found.files() == {"6601": [], "6602": ["m.h5"]}


def test_a_late_hand_in_laid_beside_a_download_is_nobodys_zero(tmp_path: Path) -> None:
    """Who has no folder of the platform but something that is called like them has no final 0."""
    found = grade(
        tmp_path,
        {
            "Nora Ejemplo_88401_assignsubmission_file_/digits.h5": STUB,
            "Jean Maquette_88402_assignsubmission_file_/m.h5": STUB,
            "Ada Tarde by mail/digits.h5": STUB,
        },
        roster="id,name\n88401,Nora Ejemplo\n88402,Jean Maquette\n88403,Ada Tarde\n",
    )

    assert found.open() == {"88403"}
    assert "Ada Tarde by mail" in found.said
