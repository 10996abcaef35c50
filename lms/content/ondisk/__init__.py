"""The library as files: reads a folder safely into values with findings by line, and writes values as files."""
