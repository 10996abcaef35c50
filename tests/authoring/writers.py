"""A lesson to write in, and who writes."""

from lms.accounts.models import Person
from lms.accounts.rules import Grant, Identity, Role

ZH = """---
title: "停电了：我们怎么承诺"
minutes: 1
competencies: [cb-open]
---
保存工单以后，==抢修人员在45分钟内到达现场==。

## 然后
再报一次地址。
"""
EN = """---
title: "Power is out: what we promise"
minutes: 1
competencies: [cb-open]
---
After you save the order, ==the crew is on site within 45 minutes==.

## Then
Read the address back.
"""


def identity(person: Person, *roles: Role) -> Identity:
    """Return `person` as somebody signed in, a trainer unless said otherwise."""
    return Identity(
        id=person.id,
        employee_no=person.employee_no,
        name=person.name,
        latin_name=person.latin_name,
        locale="en",
        site_id=person.site_id,
        time_zone="Asia/Shanghai",
        grants=tuple(Grant(role) for role in roles or (Role.TRAINER,)),
    )
