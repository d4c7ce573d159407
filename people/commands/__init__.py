"""Every write about people: one function, one intent."""

from people.commands.members import (
    LastOwner,
    OwnersOnly,
    UnknownPerson,
    change_role,
    invite_member,
    remove_member,
)
from people.commands.registration import add_member, register_person, register_vendor

__all__ = [
    "LastOwner",
    "OwnersOnly",
    "UnknownPerson",
    "add_member",
    "change_role",
    "invite_member",
    "register_person",
    "register_vendor",
    "remove_member",
]
