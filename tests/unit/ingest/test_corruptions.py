"""Damaged exports are refused, and every fault is told with its sheet and cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from preserve.model.imports import ImportFinding, ImportOutcome, SourceFile, Submission
from tests_ingest import import_all

Cells = dict[tuple[str, str], Any]
Edit = Callable[[str, Cells], Path]

GRADEBOOK = "2024-2025/hk1/bang_diem_6A.xlsx"
ROSTER = "2024-2025/danh_sach_hoc_sinh_6A.xlsx"
PARTICULARS = "2024-2025/so_yeu_li_lich_6A.xlsx"
SUMMARY = "2024-2025/tong_hop_6A.xlsx"
VNEDU = "2024-2025/hk1/so_diem_tong_ket_khoi_khoi_6.xls"
