"""What each kind of decision is called for a reader; a kind that is not named here is shown as it is stored."""

from flask_babel import lazy_gettext as _l

DECISIONS = {
    "attempt.extended": _l("More time for a quiz"),
    "class.opened": _l("Class opened"),
    "content.imported": _l("Library changed"),
    "demo.built": _l("Demo built"),
    "enrolment.ended": _l("Left a class"),
    "enrolment.opened": _l("Joined a class"),
    "gate.signed_off": _l("Sign-off for a gate"),
    "media.added": _l("File brought to a lesson"),
    "media.removed": _l("File taken from a lesson"),
    "mentor.assigned": _l("Mentor assigned"),
    "mentor.places": _l("Places of a mentor"),
    "observation.acknowledged": _l("Observation read by the learner"),
    "observation.finished": _l("Observed call scored"),
    "password.link": _l("One-time link made"),
    "password.set": _l("Password set"),
    "period.expired": _l("Certificate expired"),
    "period.issued": _l("Certificate issued"),
    "period.revoked": _l("Certificate revoked"),
    "period.superseded": _l("Certificate replaced"),
    "period.suspended": _l("Certificate suspended"),
    "person.added": _l("Person added"),
    "person.changed": _l("Person changed"),
    "person.readmitted": _l("Sign-in opened again"),
    "person.suspended": _l("Sign-in closed"),
    "role.ended": _l("Role taken back"),
    "role.granted": _l("Role given"),
    "team.added": _l("Team added"),
    "token.made": _l("Token made"),
}
