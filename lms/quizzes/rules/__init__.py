"""What is true of quizzes: time, marks, the draw, what a response may be, when feedback is due."""
