"""The canonical source: a folder of files named after the entities of the contract."""
