"""The commands of ``preserve``, a file per group of acts: each calls one workflow and prints."""
