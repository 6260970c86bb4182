"""Months and days of the week as English, French, German, Spanish and Catalan write them, in small letters."""

from __future__ import annotations

_MONTHS = (
    "january jan janvier janv januar jän jänner enero ene gener gen",
    "february feb février févr fév februar febrero febrer febr",
    "march mar mars märz mär mrz marzo març",
    "april apr avril avr abril abr",
    "may mai mayo maig",
    "june jun juin juni junio juny",
    "july jul juillet juil juli julio juliol",
    "august aug août aou aoû agosto ago agost ag",
    "september sep sept septembre septiembre setiembre setembre set",
    "october oct octobre oktober okt octubre",
    "november nov novembre noviembre",
    "december dec décembre déc dezember dez diciembre dic desembre des",
)
_WEEKDAYS = (
    "monday mon lundi lun montag mo lunes dilluns dl",
    "tuesday tue tues mardi mar dienstag di martes dimarts dt",
    "wednesday wed mercredi mer mittwoch mi miércoles mié dimecres dc",
    "thursday thu thur thurs jeudi jeu donnerstag do jueves jue dijous dj",
    "friday fri vendredi ven freitag fr viernes vie divendres dv",
    "saturday sat samedi sam samstag sonnabend sa sábado sáb dissabte ds",
    "sunday sun dimanche dim sonntag so domingo dom diumenge dg",
)

#: Name to number, January being 1.
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
#: Name to number, Monday being 0.
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
