"""Every sentence a person reads, in Vietnamese and English, by stable code."""
