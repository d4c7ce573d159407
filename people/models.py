"""People and the vendors they act for."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kernel.models import NOTE_LENGTH


class UserManager(BaseUserManager["User"]):
    """Makes users that sign in with a mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What a person may do follows from purchases, memberships and `is_staff`."""

    email = models.EmailField(
        _("mail address"),
        unique=True,
        error_messages={"unique": _("There is a person with this mail address already.")},
    )
    full_name = models.CharField(_("full name"), max_length=150)
    is_staff = models.BooleanField(_("operator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    # What they last read the portal in; "" until they have been here. Mails are written in it.
    language = models.CharField(_("language"), max_length=16, blank=True, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = (
            models.Index(
                fields=("full_name",), name="people_by_name", opclasses=("varchar_pattern_ops",)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="email_in_lower_case"
            ),
        )

    def __str__(self) -> str:
        return f"{self.full_name} <{self.email}>"

    def clean(self) -> None:
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Vendor(models.Model):
    """A third party that sells on the marketplace (服务商).

    `suspended_at`: since when operators have it suspended, and nothing while it is not. That is
    told and stops no clock (R8); why it was, `Suspension` keeps.
    """

    name = models.CharField(_("name"), max_length=200)
    contact_name = models.CharField(_("contact"), max_length=150)
    contact_email = models.EmailField(_("contact mail"))
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    members = models.ManyToManyField(User, through="Membership", related_name="vendors")
    suspended_at = models.DateTimeField(_("suspended since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        constraints = (models.UniqueConstraint(fields=("name",), name="one_vendor_per_name"),)

    def __str__(self) -> str:
        return self.name


class Suspension(models.Model):
    """An operator suspended a vendor, or lifted that, and why. Rows are added (R8)."""

    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="suspensions", verbose_name=_("vendor")
    )
    suspended = models.BooleanField(_("suspended"))
    reason = models.CharField(_("reason"), max_length=NOTE_LENGTH)
    actor = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("operator")
    )
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("suspension of a vendor")
        verbose_name_plural = _("suspensions of vendors")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="suspension_says_why"),)

    def __str__(self) -> str:
        return str(_("Suspended") if self.suspended else _("Suspension lifted"))


class Role(models.TextChoices):
    """What a member may do for the vendor."""

    OWNER = "owner", _("Owner")
    HANDLER = "handler", _("Handler")
    READ_ONLY = "read_only", _("Read-only")


DECIDING_ROLES = (Role.OWNER, Role.HANDLER)


class Membership(models.Model):
    """A person acting for a vendor."""

    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="memberships", verbose_name=_("vendor")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    # The least, so that more is always given on purpose.
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.READ_ONLY)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = (
            models.UniqueConstraint(fields=("vendor", "user"), name="one_membership_per_vendor"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user.full_name} · {self.vendor.name} ({self.get_role_display()})"


class Invitation(models.Model):
    """An owner's wish that somebody act for the vendor; it becomes a membership if they accept.

    Whether anybody has the address is never told to the vendor. So a declined one stays, and
    looks to the vendor like any other, until it lapses or is withdrawn.
    """

    vendor = models.ForeignKey(
        Vendor, models.PROTECT, related_name="invitations", verbose_name=_("vendor")
    )
    email = models.EmailField(_("mail address"))
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.READ_ONLY)
    invited_by = models.ForeignKey(
        User, models.PROTECT, related_name="invitations_sent", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited"))
    lapses_at = models.DateTimeField(_("lapses"))
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    # When the mail is to be tried (again); nothing once it is sent, or was never to be.
    mail_due_at = models.DateTimeField(_("mail due"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = (
            models.Index(
                fields=("mail_due_at",),
                name="invitations_to_mail",
                condition=models.Q(mail_due_at__isnull=False),
            ),
        )
        constraints = (
            # In this order, its index also finds what awaits somebody.
            models.UniqueConstraint(
                fields=("email", "vendor"), name="one_invitation_per_address_and_vendor"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_in_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} · {self.vendor.name} ({self.get_role_display()})"
