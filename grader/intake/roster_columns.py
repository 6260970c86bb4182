"""What the columns of a roster hold, by the headings of learning management systems and of people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from grader.people.names import plain_words

Role = Literal[
    "id", "identifier", "other-id", "login", "email", "name", "first-name", "last-name", "received-at", "excused",
    "position",
]  # fmt: skip


def _phrases(text: str) -> frozenset[str]:
    """What stands between the semicolons of a text."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(";"))


#: The headings that error messages name.
OWN_HEADINGS = ("id", "name", "first name", "last name", "email", "login", "received_at", "excused")

#: Headings in English, French, German, Spanish and Catalan; without accents, as `_key` makes them.
_HEADINGS: dict[Role, str] = {
    "id": """
        id; student id; student no; student number; id number; sid; orgdefinedid; user id; matriculation number;
        numero d identification; numero etudiant; n etudiant; no etudiant; num etudiant; code etudiant; id etudiant;
        matricule; matrikelnummer; matrikelnr; matrikel nr; matrikel; id nummer; studierenden id;
        numero de id; numero de identificacion; numero de matricula; matricula; expediente; id de estudiante;
        id del estudiante; dni; nia; numero id; numero d id; numero d identificacio; niub; niu; id d estudiant;
        id de l estudiant; numero d estudiant
    """,
    "other-id": "sis user id; integration id; github id; canvas user id; canvas id",
    "identifier": "identifier; identifikator; identificador; identifiant; identificateur",
    "name": """
        name; full name; fullname; student; student name; display name; nom; nom complet; nom et prenom;
        prenom et nom; nom prenom; prenom nom; etudiant; vollstandiger name; vor und nachname; studierende;
        teilnehmer in; nombre; nombre completo; nombre y apellidos; apellidos y nombre; estudiante; alumno;
        nom i cognoms; cognoms i nom; estudiant; alumne
    """,
    "first-name": "first name; firstname; given name; forename; prenom; vorname; nombre de pila",
    "last-name": """
        last name; lastname; surname; family name; nom de famille; nachname; familienname; apellido; apellidos;
        apellido s;
        cognom; cognoms
    """,
    "email": """
        email; e mail; mail; email address; e mail address; student email; courriel; adresse de courriel;
        adresse electronique; adresse e mail; adresse mail; e mail adresse; correo; correo electronico;
        direccion de correo; direccion de correo electronico; direccion email; correu; correu electronic;
        adreca electronica; adreca de correu; adreca de correu electronic
    """,
    "login": """
        login; username; user name; user; login id; sis login id; github username; netid; uid; nom d utilisateur;
        utilisateur; benutzername; anmeldename; kennung; nombre de usuario; usuario; nom d usuari; usuari
    """,
    "received-at": """
        received at; submitted at; submission time; submitted; last modified submission; date de remise; remis le;
        derniere modification travail remis; abgegeben am; abgabezeit; zuletzt geandert abgabe; fecha de entrega;
        entregado; ultima modificacion entrega; data de lliurament; lliurat; ultima modificacio tramesa;
        darrera modificacio tramesa
    """,
    "excused": """
        excused; exempt; excuse; excusee; dispense; dispensee; entschuldigt; befreit; excusado; exento; eximido;
        justificado; excusat; justificat; eximit
    """,
    "position": "role; roles; rol; rols; rolle; rollen",
}
_ROLES: dict[str, Role] = {
    heading: role for role, headings in _HEADINGS.items() for heading in _phrases(headings)
}
#: Words for a name that mean the other half of it beside a first or a last name.
_HALF_OR_FULL_NAMES = ("name", "nom", "nombre")

#: Headings that stand together in an export of one system only.
_OF_CANVAS = (
    {"student", "id", "section"},
    {"lastname", "firstname", "id", "section"},
    {"section", "sis login id"},
    {"section", "sis user id"},
)
_OF_OTHERS = (
    {"sid", "email"},  # Gradescope
    {"username", "last access", "availability"},  # Blackboard
    {"orgdefinedid"},  # Brightspace
    {"identifier", "github username"},  # GitHub Classroom
)
#: Headings that Moodle puts beside names and addresses, in its five languages.
_OF_MOODLE = _phrases("""
    roles; groups; last access to course; status; institution; department; grade; maximum grade;
    last downloaded from this course; groupes; dernier acces au cours; statut; departement; note; note maximale;
    rollen; gruppen; letzter zugriff auf den kurs; institution; abteilung; bewertung; bestwertung;
    grupos; ultimo acceso al curso; estado; estatus; institucion; departamento; calificacion;
    calificacion maxima; rols; grups; darrer acces al curs; ultim acces al curs; estat; institucio; departament;
    qualificacio; qualificacio maxima; grade can be changed; la note peut etre modifiee;
    bewertung kann geandert werden; la calificacion puede cambiarse; la qualificacio es pot canviar;
    es pot canviar la qualificacio; last modified grade; derniere modification note; zuletzt geandert bewertung;
    ultima modificacion calificacion; darrera modificacio qualificacio
""")

#: What Moodle and Gradescope call people of a course who hand nothing in.
_STAFF = _phrases("""
    teacher; non editing teacher; manager; course creator; instructor; ta; teaching assistant; reader; grader;
    enseignant; enseignant non editeur; gestionnaire; createur de cours; tuteur; trainer in; dozent in; lehrende;
    trainer in ohne bearbeitungsrecht; manager in; tutor in; kursersteller in; profesor; gestor; profesora;
    profesor sin permiso de edicion; creador de curso; professor; professora; professor editor;
    professor no editor; professor sense permis d edicio; creador del curs
""")


class HeadingsError(ValueError):
    """A line of headings that cannot be used.

    Args:
        message: What is wrong.
        hint: How to name the columns.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Columns:
    """Where a roster has what."""

    roles: tuple[Role | None, ...]
    """What each column holds; None for one that is passed over."""
    is_export: bool
    """Whether a system wrote the file, not a person."""
    is_canvas: bool
    """Whether Canvas wrote it."""

    def places(self, *roles: Role) -> tuple[int, ...]:
        """The columns of some roles, role by role."""
        return tuple(
            place for role in roles for place, found in enumerate(self.roles) if found == role
        )


def read_headings(headings: Sequence[str]) -> Columns:
    """What each column holds.

    An export of a system may have any other columns; in a file of one's own an unknown one is a slip of the pen.

    Raises:
        HeadingsError: No column says who somebody is, one is unknown, or two say the same.
    """
    keys = [_key(heading) for heading in headings]
    roles = _one_id(keys, _whole_or_half_names(keys))
    is_canvas = any(named <= set(keys) for named in _OF_CANVAS)
    is_export = is_canvas or any(named <= set(keys) for named in _OF_OTHERS) or _is_moodle(keys)
    if is_export:
        roles = [None if role in roles[:place] else role for place, role in enumerate(roles)]
    else:
        _refuse_odd_headings(headings, roles)
    if not {"id", "identifier", "other-id", "login", "email", "name", "last-name"} & {*roles}:
        raise HeadingsError(
            "the first line must name the columns, one of them id, email, login or name; "
            f"it is '{', '.join(headings)}'",
            "id is missing: put a line such as id,name,email above the students",
        )
    return Columns(roles=tuple(roles), is_export=is_export, is_canvas=is_canvas)


def is_staff(position: str) -> bool:
    """Whether what an export says somebody is in the course is staff, and nothing else as well."""
    words = [_key(word) for word in re.split("[,;]", position) if word.strip()]
    return bool(words) and all(word in _STAFF for word in words)


def _key(heading: str) -> str:
    """Small letters and digits without accents, with single blanks for everything else."""
    return " ".join(plain_words(heading))


def _whole_or_half_names(keys: Sequence[str]) -> list[Role | None]:
    """A column "Nom" is the last name beside "Prénom", the first beside "Cognoms", and else the whole name."""
    roles = [_ROLES.get(key) for key in keys]
    half: Role = "name"
    if "first-name" in roles and "last-name" not in roles:
        half = "last-name"
    elif "last-name" in roles and "first-name" not in roles:
        half = "first-name"
    return [
        half if key in _HALF_OR_FULL_NAMES else role for key, role in zip(keys, roles, strict=True)
    ]


def _one_id(keys: Sequence[str], roles: Sequence[Role | None]) -> list[Role | None]:
    """Of several columns of numbers the one called "id" is the id, or else the first; the others are known as well."""
    ids = [place for place, role in enumerate(roles) if role == "id"]
    chosen = next((place for place in ids if keys[place] == "id"), min(ids, default=None))
    return [
        "other-id" if role == "id" and place != chosen and keys[place] != "id" else role
        for place, role in enumerate(roles)
    ]


def _is_moodle(keys: Sequence[str]) -> bool:
    """Lists of participants, gradebooks and grading worksheets: who, beside what only Moodle knows of them."""
    roles = {_ROLES.get(key) for key in keys}
    # Lists of one's own have an "id", and grading worksheets in German.
    enough = 2 if "id" in keys else 1
    return (
        len(_OF_MOODLE.intersection(keys)) >= enough
        and bool(roles & {"email", "identifier"})
        and "excused" not in roles
    )


def _refuse_odd_headings(headings: Sequence[str], roles: Sequence[Role | None]) -> None:
    known = [heading for heading, role in zip(headings, roles, strict=True) if role]
    for place, (heading, role) in enumerate(zip(headings, roles, strict=True)):
        if heading and role is None and known:
            raise HeadingsError(
                f"the first line must name columns out of {', '.join(OWN_HEADINGS)}; '{heading}' is none of them",
                f"'{heading}' is unknown: {_nearest(heading)}",
            )
        if role not in (None, "other-id") and role in roles[:place]:
            first = headings[roles.index(role)]
            raise HeadingsError(
                f"the columns '{first}' and '{heading}' both hold the {role}",
                "take one of them away",
            )


def _nearest(heading: str) -> str:
    written = {_key(name): name for name in OWN_HEADINGS}
    close = difflib.get_close_matches(_key(heading), [*written, *_ROLES], n=1, cutoff=0.7)
    if close:
        return f"did you mean '{written.get(close[0], close[0])}'?"
    return "take the column away"
