"""What every unit agrees on: facts, the record folded from them, messages, names, words."""
