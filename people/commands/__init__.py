"""Every write about people: one function, one intent."""

from people.commands.invitations import (
    AlreadyMember,
    InvitationGone,
    accept_invitation,
    decline_invitation,
    invite,
    mail_invitations,
    revoke_invitation,
    withdraw_invitation,
)
from people.commands.members import LastOwner, OwnersOnly, change_role, remove_member
from people.commands.registration import (
    add_member,
    register_people,
    register_person,
    register_vendor,
)
from people.commands.suspensions import (
    AlreadySuspended,
    NotSuspended,
    lift_suspension,
    suspend_vendor,
)
from people.commands.visits import note_visit

__all__ = [
    "AlreadyMember",
    "AlreadySuspended",
    "InvitationGone",
    "LastOwner",
    "NotSuspended",
    "OwnersOnly",
    "accept_invitation",
    "add_member",
    "change_role",
    "decline_invitation",
    "invite",
    "lift_suspension",
    "mail_invitations",
    "note_visit",
    "register_people",
    "register_person",
    "register_vendor",
    "remove_member",
    "revoke_invitation",
    "suspend_vendor",
    "withdraw_invitation",
]
