"""Finds the certificate of somebody whose key is not here."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509

from preserve.durable import storage_faults
from preserve.errors import FormatError, InputError
from preserve.model.roles import SignerRole
from preserve.trust.store import fingerprint, load_trust
from preserve.workflow.archive import Archive


def signer_certificate(
    archive: Archive, role: SignerRole, file: Path | None, at: datetime
) -> bytes:
    """Return the DER of a certificate from a file, or from the trust folder.

    Without a file, the one certificate in ``trust/certificates`` counts that an appointment to
    the role names and that is in force.

    Raises:
        FormatError: the file is no certificate.
        InputError: there is no file, and none or several certificates in the trust folder fit.
        StorageError: the file cannot be read.
    """
    if file is not None:
        return read_certificate(file)
    named = {
        name
        for appointment in archive.configuration.appointments
        if appointment.role is role and appointment.holds_on(at.date())
        for name in appointment.certificates
    }
    known = dict.fromkeys(load_trust(archive.trust).certificates)
    fitting = [der for der in known if fingerprint(der) in named and _in_force(der, at)]
    if len(fitting) != 1:
        raise InputError("SIGN-REQUEST-CERTIFICATE", role=role, count=len(fitting))
    return fitting[0]


def read_certificate(file: Path) -> bytes:
    """Return the DER of the certificate in a PEM or DER file.

    Raises:
        FormatError: the file is no certificate.
        StorageError: it cannot be read.
    """
    with storage_faults(file):
        content = file.read_bytes()
    try:
        der = bytes(pem.unarmor(content)[2]) if pem.detect(content) else content
        _ = x509.Certificate.load(der, strict=True).subject.native
    except (ValueError, TypeError) as error:
        raise FormatError("TRUST-NOT-A-CERTIFICATE", file=file) from error
    return der


def _in_force(der: bytes, at: datetime) -> bool:
    certificate = x509.Certificate.load(der)
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)
