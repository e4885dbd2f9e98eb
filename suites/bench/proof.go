package main

// proof compares what one fault of the proof takes with a plain run.
func proof(*bench) ([]row, error) { return nil, nil }
