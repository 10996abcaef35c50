"""What changes in the library and in a learner's progress; import the module that does it."""
