from __future__ import annotations

import pytest

from grader.intake.roster_columns import HeadingsError, is_staff, read_headings


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        ("id,name,email,received_at,excused", "id name email received-at excused"),
        ("ID, Name ,E-Mail,Received at,EXCUSED", "id name email received-at excused"),
        ("Student ID,First name,Surname,Username", "id first-name last-name login"),
        ("Numéro étudiant,Nom,Prénom,Adresse de courriel", "id last-name first-name email"),
        ("N° étudiant,Nom complet,Courriel,Excusé", "id name email excused"),
        ("Matrikelnr.,Name,Vorname,E-Mail-Adresse,Entschuldigt", "id last-name first-name email excused"),
        ("Matrikelnummer,Vollständiger Name,Anmeldename", "id name login"),
        ("DNI,Nombre,Apellido(s),Correo electrónico", "id first-name last-name email"),
        ("Número de ID,Nombre completo,Usuario", "id name login"),
        ("NIUB,Nom,Cognoms,Adreça electrònica", "id first-name last-name email"),
        ("Número d'identificació,Nom i cognoms,Nom d'usuari", "id name login"),
        ("DNI,id,name", "other-id id name"),
        ("id,email,login,SIS User ID", "id email login other-id"),
    ],
)  # fmt: skip
def test_headings_of_people_are_known_in_five_languages(headings: str, roles: str) -> None:
    """Whatever the capitals, blanks and accents; "Nom" and "Name" mean what the columns beside them leave."""
    columns = read_headings(headings.split(","))

    assert [role for role in columns.roles if role] == roles.split()
    assert not columns.is_export


@pytest.mark.parametrize(
    ("headings", "is_canvas"),
    [
        ("Student,ID,SIS User ID,SIS Login ID,Section,Lab 3 (4711),Final Score", True),
        ("Student,ID,Section,Lab 3 (4711)", True),
        ("LastName,FirstName,ID,SIS Login ID,Section,Lab 3 (4711)", True),
        ("First name,Last name,ID number,Email address,Roles,Groups,Whatever", False),
        ("Nom,Cognoms,Adreça electrònica,Rols,Grups,Darrer accés al curs,Estat,Altres", False),
        ("Prénom,Nom,Adresse de courriel,Rôles,Groupes,Dernier accès au cours,Statut", False),
        ("Identifier,Full name,Email address,Status,Grade,Maximum grade,Last modified (grade)", False),
        ("ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Feedback", False),
        ("Identificador,Nom complet,Número ID,Estat,Qualificació,Qualificació màxima", False),
        ("First Name,Last Name,SID,Email,Sections,Total Score,1: Question (5.0 pts)", False),
        ("Last Name,First Name,Username,Student ID,Last Access,Availability,Total", False),
        ("OrgDefinedId,Username,Last Name,First Name,Quiz Points Grade,End-of-Line Indicator", False),
        ("identifier,github_username,github_id,name", False),
    ],
)  # fmt: skip
def test_exports_are_recognised_and_may_have_other_columns(headings: str, is_canvas: bool) -> None:
    """Canvas, Moodle in several languages, Gradescope, Blackboard, Brightspace and GitHub Classroom."""
    columns = read_headings(headings.split(","))

    assert columns.is_export
    assert columns.is_canvas is is_canvas


@pytest.mark.parametrize(
    ("headings", "message", "hint"),
    [
        ("id,exused", "'exused' is none of them", "did you mean 'excused'?"),
        ("id,recieved at", "'recieved at' is none", "did you mean 'received_at'?"),
        ("id,group", "'group' is none of them", "take the column away"),
        ("id,name,Name", "'name' and 'Name' both hold the name", "one of them"),
        ("id,ID", "'id' and 'ID' both hold the id", "one of them"),
        ("id,e-mail,Courriel", "both hold the email", "one of them"),
        (
            "first name,excused",
            "one of them id, email, login or name; it is 'first name, excused'",
            "id is missing",
        ),
        ("amina,Amina B.", "login or name; it is 'amina, Amina B.'", "id is missing"),
    ],
)  # fmt: skip
def test_other_headings_are_refused_with_what_was_meant(
    headings: str, message: str, hint: str
) -> None:
    """A slip of the pen is not an export, and data in the first line are no headings."""
    with pytest.raises(HeadingsError) as caught:
        read_headings(headings.split(","))
    assert message in str(caught.value)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        ("Teacher", True),
        ("Non-editing teacher, Manager", True),
        ("Enseignant non-éditeur", True),
        ("TA", True),
        ("Student", False),
        ("Estudiant", False),
        ("Student, Teacher", False),
        ("Class representative", False),
        ("", False),
    ],
)
def test_staff_is_who_holds_positions_of_staff_alone(position: str, expected: bool) -> None:
    """Whoever is a student as well, or something unknown, is kept."""
    assert is_staff(position) is expected
