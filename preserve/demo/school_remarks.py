"""Remarks of made-up teachers, chosen by how well a pupil did."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from preserve.model.results import CommentLevel, Level

_BY_MARK: tuple[tuple[Decimal, tuple[str, ...]], ...] = (
    (
        Decimal("8.0"),
        (
            "Hiểu bài sâu, làm bài cẩn thận; cần giữ vững kết quả.",
            "Say mê môn học, hay giúp bạn cùng tiến bộ.",
            "Tư duy mạch lạc, trình bày gọn và đúng.",
        ),
    ),
    (
        Decimal("6.5"),
        (
            "Học đều, có tiến bộ; nên mạnh dạn hỏi bài hơn.",
            "Nắm chắc phần cơ bản, cần luyện thêm bài khó.",
            "Làm bài khá tốt, đôi lúc còn vội.",
        ),
    ),
    (
        Decimal("5.0"),
        (
            "Đã cố gắng; cần ôn lại kiến thức cơ bản mỗi tuần.",
            "Tiếp thu còn chậm, nên làm bài tập đầy đủ hơn.",
            "Kết quả chưa ổn định, cần tập trung nghe giảng.",
        ),
    ),
    (
        Decimal(0),
        (
            "Kiến thức còn nhiều chỗ hổng, cần được kèm thêm.",
            "Cần đi học chuyên cần và nhờ thầy cô hướng dẫn lại.",
        ),
    ),
)
_BY_LEVEL = {
    CommentLevel.PASSED: (
        "Tham gia tích cực, hoàn thành các yêu cầu.",
        "Hợp tác tốt trong nhóm, có sản phẩm đúng hạn.",
        "Có ý thức luyện tập, tiến bộ rõ.",
    ),
    CommentLevel.NOT_PASSED: ("Chưa hoàn thành sản phẩm học tập, cần làm bổ sung.",),
}
_HOMEROOM = {
    Level.GOOD: (
        "Chăm học, trách nhiệm, là tấm gương cho các bạn.",
        "Học tốt các môn, tích cực trong việc chung của lớp.",
    ),
    Level.FAIR: (
        "Ngoan, học khá; cần tự tin phát biểu hơn.",
        "Có ý thức tự học, hòa nhã với bạn bè.",
    ),
    Level.PASSED: (
        "Chấp hành nội quy; cần dành thêm thời gian tự học.",
        "Có cố gắng, cần đều hơn giữa các môn.",
    ),
    Level.NOT_PASSED: ("Cần gia đình và nhà trường cùng giúp đỡ việc học.",),
}


def remark_subject(random: Random, average: Decimal | None, level: CommentLevel | None) -> str:
    """Return a subject teacher's remark, empty while there is no result."""
    if level is not None:
        return random.choice(_BY_LEVEL[level])
    if average is None:
        return ""
    return random.choice(next(remarks for least, remarks in _BY_MARK if average >= least))


def remark_homeroom(random: Random, learning: Level | None) -> str:
    """Return the homeroom teacher's remark, empty while there is no result."""
    return "" if learning is None else random.choice(_HOMEROOM[learning])
