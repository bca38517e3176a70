"""What a kind of document leaves to its embedded XML, each with the reason.

Patterns as in ``fnmatch``; a path such as ``years@1.note`` is one of an earlier year.
"""

from __future__ import annotations

from collections.abc import Mapping

Reasons = Mapping[str, tuple[str, ...]]
"""Reason to patterns of paths."""

_ALWAYS: Reasons = {
    "identifiers of the archive and of staff, which mean nothing to a reader": (
        "record_id",
        "school.code",
        "predecessor.record_id",
        "signatories.person_code",
        "signatories.field_name",
        "*subject.code",
        "*subjects.code",
        "*teacher.code",
    ),
    "what an importer or a verifier needs and no form has a line for": (
        "school.abbreviation",
        "school.address",
        "school.people_committee",
        "school.tax_code",
        "*subject.aliases*",
        "*subjects.aliases*",
        "*.regular_marks*",
        "signatories.certificates",
        "signatories.decision",
        "signatories.held_from",
        "signatories.held_until",
        "signatories.delegation*",
        "signatories.variant",
    ),
    "choices that the page says in words of its own": (
        "school.kind",
        "school.level",
        "signatories.role",
        "*.kind",
        "*.promoted",
        "*.traits.group",
        "*.traits@*.group",
        "*.sessions.excused",
    ),
}
_DOSSIER: Reasons = {
    "the dossier of an amendment has the rest; the page names its numbers": (
        "*.amendments.approved_by",
        "*.amendments.requested_by",
        "*.amendments.witnesses",
        "*.amendments.number",
        "*.amendments.reason",
        "*.amendments.evidence",
        "*.amendments.initials",
        "*.amendments.request_date",
        "*.amendments.entered_on",
        "*.amendments.consequences.*",
    ),
}
_TRANSCRIPT: Reasons = {
    **_ALWAYS,
    **_DOSSIER,
    "the class book has single marks and the attendance of each month": (
        "*.attendance.*",
        "*.regular",
        "*.midterm",
        "*.final",
    ),
    "only a semester has a title of its own, the year's is the decision's": ("*.year.title",),
    "recognition of the level belongs to its final grade": ("years@1.completion.*",),
    "only the forms of primary school ask for it": ("pupil.home_town",),
}
_MEANS: Reasons = {
    "the mean of all subjects exists under TT 58/2011/TT-BGDĐT only": ("*.mean", "*.mean_after"),
}
_PRIMARY_YEAR: Reasons = {
    "primary school has neither titles nor absences of a semester in this form": (
        "*semester_?.title",
        "*semester_?.absences.*",
    ),
    "the transcript has the results of the year, the summaries have the periods": (
        "*.mid_1.*",
        "*.end_1.*",
        "*.mid_2.*",
    ),
}
_CLASS: Reasons = {
    **_ALWAYS,
    "the same for the whole class, on the cover, or the transcript's affair": (
        "class_group.*.position",
        "year.first_day",
        "year.semester_2_from",
        "year.last_day",
        "pupils.result.class_name",
        "pupils.result.homeroom_teacher",
        "pupils.result.principal",
        "pupils.result.regulation",
        "pupils.result.school_name",
        "pupils.result.school_place",
        "pupils.pupil.home_town",
        "pupils.pupil.nationality",
        "pupils.pupil.personal_id",
        "pupils.pupil.register_number",
        "pupils.result.subjects*.teachers",
    ),
    "a reader of the class book meets the dossier's numbers and reasons": (
        "pupils.result.amendments.approved_by",
        "pupils.result.amendments.requested_by",
        "pupils.result.amendments.witnesses",
        "pupils.result.amendments.number",
    ),
    "the attendance table has days as columns, and a letter for each session": (
        "pupils.result.attendance.month",
        "pupils.result.attendance.sessions.on",
    ),
    "the total of a semester stands in the transcript": (
        "pupils.result.semester_?.absences.total",
    ),
    "the book is bound to its form by the embedded record": ("form", "class_group.regulation"),
}
_SUMMARY: Reasons = {
    **_CLASS,
    "a table for the whole class without particulars (TT 15/2026/TT-BGDĐT Art. 22)": (
        "pupils.pupil.*",
    ),
    "the transcript has the pupil's dossier, remarks, awards and body": (
        "class_group.assignments.*",
        "pupils.result.amendments.*",
        "pupils.result.attendance.*",
        "pupils.result.certificates",
        "pupils.result.contests",
        "pupils.result.completion.*",
        "pupils.result.movements.*",
        "pupils.result.status",
        "pupils.result.summer_comment",
        "pupils.result.semester_?.*",
        "pupils.result.year.*",
        "pupils.result.mean_after",
        "pupils.result.primary.height",
        "pupils.result.primary.weight",
        "pupils.result.primary.*.comment",
        "pupils.result.primary.subjects.teachers",
    ),
    "other periods have summaries of their own": ("period", "*.mid_1.*", "*.end_1.*", "*.mid_2.*"),
}
_LETTER: Reasons = {
    **_ALWAYS,
    "letters and minutes have a number and a date, not a form of the ministry": (
        "form",
        "version",
    ),
}
_TRANSFER: Reasons = {
    **_LETTER,
    **_DOSSIER,
    "the enclosed transcript has the family and the other particulars": (
        "pupil.father.*",
        "pupil.mother.*",
        "pupil.guardian.*",
        "pupil.home_town",
        "pupil.nationality",
        "pupil.priority_group",
        "pupil.register_number",
    ),
    "the enclosed transcript has the remarks, awards, schools and persons of each year": (
        "years*.certificates",
        "years*.commendations",
        "years*.contests",
        "years*.completion.*",
        "years*.homeroom_teacher",
        "years*.principal",
        "years*.movements.*",
        "years*.note",
        "years*.status",
        "years*.summer_comment",
        "years*.regulation",
        "years*.mean_after",
        "years*.number",
        "years*.homeroom_comment",
        "years*.semester_?.title",
        "years*.year.title",
        "years*.subjects*.comment",
        "years*.subjects*.teachers",
        "years*.amendments.*",
        "years*.attendance.month",
        "years*.attendance.sessions.on",
    ),
    "of finished years the summary has the results of the year": (
        "years@1.attendance.*",
        "years@1.*.absences.*",
        "years@1.*.mean",
        "years@1.subjects*.semester_?.*",
        "years@1.primary.subjects.mid_?.*",
        "years@1.primary.subjects.end_1.*",
        "years@1.primary.traits.*",
    ),
    "the running year is at this school and has no outcome yet": (
        "years.school_name",
        "years.school_place",
        "years.title",
    ),
}

UNPRINTED: Mapping[str, Reasons] = {
    "transcript-tt22": {**_TRANSCRIPT, **_MEANS},
    "transcript-tt43": {**_TRANSCRIPT, **_MEANS},
    "transcript-tt58": _TRANSCRIPT,
    "transcript-primary": {**_TRANSCRIPT, **_MEANS, **_PRIMARY_YEAR},
    "grade-book": {
        **_CLASS,
        **_MEANS,
        "titles of a semester exist under TT 58/2011/TT-BGDĐT only": (
            "pupils.result.semester_?.title",
        ),
    },
    "grade-book-tt58": _CLASS,
    "assessment-summary": _SUMMARY,
    "transfer-summary": _TRANSFER,
    "transfer-summary-primary": {
        **_TRANSFER,
        "the transcript has the body and the comments": (
            "years*.primary.height",
            "years*.primary.weight",
            "years*.primary.*.comment",
            "years*.primary.subjects.teachers",
        ),
    },
    "amendment-minutes": {
        **_LETTER,
        "staff are named, not coded, and the minutes' number is the document's": (
            "approver.code",
            "requester.code",
            "witnesses.code",
            "amendment.approved_by",
            "amendment.requested_by",
            "amendment.witnesses",
            "amendment.minutes_number",
        ),
    },
    "sealing-minutes": {**_LETTER, "staff are named, not coded": ("members.code",)},
    "covering-note": {
        **_LETTER,
        "the enclosed transcript has the particulars; the note is signed on paper": (
            "pupil.address",
            "pupil.birth_place",
            "pupil.ethnic_group",
            "pupil.father.*",
            "pupil.gender",
            "pupil.guardian.*",
            "pupil.home_town",
            "pupil.mother.*",
            "pupil.nationality",
            "pupil.personal_id",
            "pupil.priority_group",
            "pupil.register_number",
            "signatories.*",
        ),
    },
}
