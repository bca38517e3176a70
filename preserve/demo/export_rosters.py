"""Who is in a class: the roster of the ministry's database and the particulars of the pupils."""

from __future__ import annotations

from preserve.demo.export_events import write_day
from preserve.demo.export_sheets import Cell, Sheet
from preserve.demo.school import MadeUpClass, MadeUpSchool
from preserve.model.results import PupilYear

_ROSTER_HEADER = (
    "STT",
    "Họ tên",
    "Ngày sinh",
    "Giới tính",
    "Mã dân tộc",
    "Dân tộc",
    "Mã tỉnh HSĐ",
    "Tỉnh HSĐ",
    "Quận/huyện HSĐ",
    "Phường/Xã HSĐ",
    "Thôn/Xóm/Ấp HSĐ",
    "Mã định danh Bộ GD&ĐT",
    "Trạng thái HS",
    "Mã lớp",
)
_PARTICULARS_HEADER = (
    "Số TT",
    "Mã định danh Bộ GD&ĐT",
    "Số định danh cá nhân",
    "Họ và tên",
    "Ngày, tháng, năm sinh",
    "Nơi sinh",
    "Nam/nữ",
    "Dân tộc",
    "Quốc tịch",
    "Đối tượng ưu tiên",
    "Địa chỉ gia đình",
    "Họ tên cha",
    "Nghề nghiệp cha",
    "Họ tên mẹ",
    "Nghề nghiệp mẹ",
    "Người giám hộ",
    "Số sổ đăng bộ",
    "Những thay đổi cần chú ý trong năm học",
)
_GROUP_CODES = {"Kinh": "01", "Tày": "02", "Nùng": "07", "Mông": "08", "Ê-đê": "12"}


def roster_sheet(made_up: MadeUpSchool, made_up_class: MadeUpClass) -> Sheet:
    """Return the class roster."""
    return Sheet(
        name="CSDL",
        titles=(),
        header=_ROSTER_HEADER,
        rows=tuple(_roster_row(made_up, pupil_year) for pupil_year in made_up_class.pupils),
    )


def particulars_sheet(made_up: MadeUpSchool, made_up_class: MadeUpClass) -> Sheet:
    """Return the particulars of a class."""
    group = made_up_class.group
    return Sheet(
        name="Sơ yếu lí lịch",
        titles=(
            (made_up.school.authority, None, None, "SƠ YẾU LÍ LỊCH HỌC SINH"),
            (made_up.school.name, None, None, f"Năm học {group.school_year}"),
            (f"Lớp: {group.name}",),
            (),
        ),
        header=_PARTICULARS_HEADER,
        rows=tuple(_particulars_row(pupil_year) for pupil_year in made_up_class.pupils),
    )


def _roster_row(made_up: MadeUpSchool, pupil_year: PupilYear) -> tuple[Cell, ...]:
    pupil, result, school = pupil_year.pupil, pupil_year.result, made_up.school
    return (
        result.number,
        pupil.name,
        write_day(pupil.birth_date),
        pupil.gender,
        _GROUP_CODES[pupil.ethnic_group],
        pupil.ethnic_group,
        made_up.province_code,
        school.province,
        school.district,
        school.commune,
        pupil.address.split(",")[0],
        pupil.code,
        result.status,
        result.class_name,
    )


def _particulars_row(pupil_year: PupilYear) -> tuple[Cell, ...]:
    pupil, result = pupil_year.pupil, pupil_year.result
    father, mother, guardian = pupil.father, pupil.mother, pupil.guardian
    return (
        result.number,
        pupil.code,
        pupil.personal_id,
        pupil.name,
        write_day(pupil.birth_date),
        pupil.birth_place,
        pupil.gender,
        pupil.ethnic_group,
        pupil.nationality,
        pupil.priority_group or None,
        pupil.address,
        father.name if father else None,
        father.occupation if father else None,
        mother.name if mother else None,
        mother.occupation if mother else None,
        guardian.name if guardian else None,
        pupil.register_number,
        result.note or None,
    )
