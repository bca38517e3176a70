"""Seals a school's grade books and transcripts and proves them whole, decades later, offline."""
