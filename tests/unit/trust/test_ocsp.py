"""Which OCSP answers count, and what they say before a signature and long after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from asn1crypto import ocsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as pyca_ocsp

from preserve.policy.algorithms import load_algorithm_policy
from preserve.policy.files import policy_folders
from preserve.trust.ocsp import OcspAnswer, OcspFault, make_ocsp_request, named_serials, read_ocsp
from preserve.trust.revocation import Status, certificate_status, look_up
from preserve.trust.status import check_status
from preserve.trust.store import TrustMaterial, fingerprint
from preserve.verify.revocation import RevocationLists, Standing
from tests.unit.trust.ocsp_answers import (
    DAY,
    MADE,
    MOMENT,
    Holder,
    make_answer,
    make_holder,
    make_list,
)

CA = make_holder("CA bịa", authority=True)
OTHER_CA = make_holder("CA bịa", authority=True)
"""Another key under the same name."""
TEACHER = make_holder("Giáo viên bịa", CA)
COLLEAGUE = make_holder("Đồng nghiệp bịa", CA)
RESPONDER = make_holder("OCSP bịa", CA, ocsp_signing=True, nocheck=True)
UNCHECKED = make_holder("OCSP phải tra bịa", CA, ocsp_signing=True)
NOBODY = make_holder("Người khác bịa", CA)
FOREIGN = make_holder("OCSP nơi khác bịa", OTHER_CA, ocsp_signing=True, nocheck=True)
ENDED = make_holder("OCSP hết hạn bịa", CA, ocsp_signing=True, nocheck=True, ends=MOMENT - DAY)
HOLD = x509.ReasonFlags.certificate_hold
ALGORITHMS = load_algorithm_policy(policy_folders())

answer = partial(make_answer, TEACHER, CA)
read = partial(read_ocsp, certificate=TEACHER.der, issuer=CA.der)


def standing(*answers: bytes, crls: tuple[bytes, ...] = (), issued_after: bool = True) -> Standing:
    """Judge the teacher's certificate at the moment of signing."""
    lists = RevocationLists(TrustMaterial(crls=crls, ocsps=answers))
    asked = lists.status(TEACHER.der, CA.der, MOMENT, ALGORITHMS, issued_after=issued_after)
    return asked.standing


def before(*answers: bytes, crls: tuple[bytes, ...] = (), at: datetime = MOMENT) -> Status:
    """Ask before signing."""
    return certificate_status(TEACHER.der, CA.der, crls, at, answers)


@pytest.mark.parametrize("signer", [CA, RESPONDER], ids=["issuer", "appointed"])
def test_an_answer_after_the_signature_proves_it(signer: Holder) -> None:
    """Good, by the issuer itself or by a responder that it appointed."""
    assert standing(answer(signer)) is Standing.GOOD


def test_an_answer_before_the_signature_does_not() -> None:
    """A revocation of the hours between would stay unseen; it leaves doubt."""
    early = answer(CA, this_update=MOMENT - timedelta(hours=1))
    assert standing(early) is Standing.TOO_OLD
    assert standing(early, issued_after=False) is Standing.GOOD


def test_a_stale_answer_proves_nothing() -> None:
    """Its time was over before the signature, however one asks."""
    stale = answer(CA, this_update=MOMENT - 3 * DAY)
    assert standing(stale, issued_after=False) is Standing.TOO_OLD
    assert before(stale) is Status.UNKNOWN


def test_revoked_before_and_after_the_signature() -> None:
    """Before: revoked. After: what was good when it signed stays good."""
    earlier = answer(CA, revoked_at=MOMENT - timedelta(hours=1))
    later = answer(CA, revoked_at=MOMENT + timedelta(hours=1))
    assert standing(earlier) is Standing.REVOKED
    assert standing(later) is Standing.GOOD
    assert standing(answer(CA), earlier) is Standing.REVOKED
    assert before(later, at=MOMENT + 2 * DAY) is Status.REVOKED


def test_a_hold_is_undecided_for_the_verifier_and_stops_the_signer() -> None:
    """A later good answer says nothing about a hold in between; a signer may go on after it."""
    held = answer(CA, revoked_at=MOMENT - timedelta(hours=1), reason=HOLD)
    lifted = answer(CA, this_update=MOMENT + 2 * DAY)
    assert standing(held) is Standing.ON_HOLD
    assert standing(held, lifted) is Standing.ON_HOLD
    assert before(held) is Status.REVOKED
    assert before(held, lifted, at=MOMENT + 2 * DAY) is Status.GOOD
    assert before(lifted, held, at=MOMENT + 2 * DAY) is Status.GOOD


@pytest.mark.parametrize(
    ("signer", "fault"),
    [
        (NOBODY, OcspFault.NOT_AUTHORISED),
        (COLLEAGUE, OcspFault.NOT_AUTHORISED),
        (FOREIGN, OcspFault.NOT_AUTHORISED),
        (OTHER_CA, OcspFault.NOT_AUTHORISED),
        (ENDED, OcspFault.NOT_AUTHORISED),
    ],
)
def test_a_responder_that_may_not_answer_says_nothing(signer: Holder, fault: OcspFault) -> None:
    """No purpose, another authority of the same name, or out of time: neither good nor revoked."""
    for kind in (answer(signer), answer(signer, revoked_at=MADE)):
        assert read(kind) is fault
        assert standing(kind) is Standing.UNKNOWN
        assert before(kind) is Status.UNKNOWN


def test_a_responder_without_nocheck_is_looked_up() -> None:
    """Without a list about it nothing counts; on the list as revoked neither."""
    given = answer(UNCHECKED)
    found = read(given)
    assert isinstance(found, OcspAnswer)
    assert found.responder == UNCHECKED.der
    clean, listed = (
        make_list(CA, issued=MOMENT + DAY),
        make_list(CA, UNCHECKED, issued=MOMENT + DAY),
    )
    # The list alone would clear the teacher as well, so ask what a revoked answer adds to it.
    bad = answer(UNCHECKED, revoked_at=MADE)
    assert standing(given) is Standing.UNKNOWN
    assert standing(bad, crls=(clean,)) is Standing.REVOKED
    assert standing(bad, crls=(listed,)) is Standing.GOOD
    assert before(bad, crls=(clean,)) is Status.REVOKED
    assert before(bad, crls=(listed,)) is Status.GOOD


def test_an_answer_about_another_certificate_is_none() -> None:
    """A colleague's answer, the same serial of another issuer, an unknown certificate."""
    assert read(make_answer(COLLEAGUE, CA, CA)) is OcspFault.OTHER_CERTIFICATE
    assert read(make_answer(TEACHER, OTHER_CA, OTHER_CA)) is OcspFault.OTHER_CERTIFICATE
    assert read(answer(CA, unknown=True)) is OcspFault.UNKNOWN_CERTIFICATE
    assert standing(answer(CA, unknown=True)) is Standing.UNKNOWN


def test_errors_and_garbage_are_no_answers() -> None:
    """An error of the responder, foreign bytes, an empty file."""
    error = pyca_ocsp.OCSPResponseBuilder.build_unsuccessful(pyca_ocsp.OCSPResponseStatus.TRY_LATER)
    assert read(error.public_bytes(Encoding.DER)) is OcspFault.NOT_SUCCESSFUL
    for garbage in (b"", b"0\x03abc", CA.der):
        assert read(garbage) is OcspFault.MALFORMED
        assert named_serials(garbage) == ()


def test_every_flipped_bit_is_noticed_or_harmless() -> None:
    """Whatever byte changes: no answer, or the very same one."""
    given = answer(RESPONDER)
    whole = read(given)
    for place in range(0, len(given), 3):
        changed = given[:place] + bytes([given[place] ^ 0x11]) + given[place + 1 :]
        found = read(changed)
        assert found == whole or isinstance(found, OcspFault), place


def test_an_answer_without_an_end_counts_for_an_hour() -> None:
    """There is always newer news; a batch must be able to finish."""
    endless = answer(CA, this_update=MOMENT, lasts=None)
    assert before(endless, at=MOMENT + timedelta(minutes=59)) is Status.GOOD
    assert before(endless, at=MOMENT + timedelta(minutes=61)) is Status.UNKNOWN


def test_a_request_names_the_certificate() -> None:
    """The serial number and both hashes, as a responder of others reads them."""
    request = ocsp.OCSPRequest.load(make_ocsp_request(TEACHER.der, CA.der), strict=True)
    (entry,) = request["tbs_request"]["request_list"]
    named = pyca_ocsp.load_der_ocsp_request(request.dump())
    assert named.serial_number == TEACHER.certificate.serial_number
    assert entry["req_cert"]["issuer_name_hash"].native == named.issuer_name_hash


def test_newer_evidence_wins_only_over_a_hold() -> None:
    """An old list with a revocation is never outdone; the source that decided is named."""
    revoking, clearing = make_list(CA, TEACHER), answer(CA, this_update=MOMENT + 2 * DAY)
    at = MOMENT + 2 * DAY
    found = look_up(TEACHER.der, CA.der, (revoking,), at, (clearing,))
    assert (found.status, found.source) == (Status.REVOKED, revoking)
    assert look_up(TEACHER.der, CA.der, (), at, (clearing,)).source == clearing


def test_the_status_of_a_path_is_that_of_its_worst_link() -> None:
    """Good, not reached, revoked, with what decided for each certificate."""
    trust = TrustMaterial(anchors=(CA.der,), ocsps=(answer(CA),))
    at = MOMENT + DAY
    good = check_status(TEACHER.der, (CA.der,), trust, at)
    assert (good.status, good.unchecked, good.revoked) == (Status.GOOD, (), ())
    assert good.certificates[0].source_sha256 == fingerprint(trust.ocsps[0])
    silent = check_status(TEACHER.der, (CA.der,), TrustMaterial(anchors=(CA.der,)), at)
    assert (silent.status, silent.unchecked) == (Status.UNKNOWN, (fingerprint(TEACHER.der),))
    bad = TrustMaterial(anchors=(CA.der,), crls=(make_list(CA, TEACHER),))
    assert check_status(TEACHER.der, (CA.der,), bad, at).status is Status.REVOKED
    assert check_status(CA.der, (), trust, at).status is Status.GOOD
    assert check_status(TEACHER.der, (), trust, at).status is Status.UNKNOWN
