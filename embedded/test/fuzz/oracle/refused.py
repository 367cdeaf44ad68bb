class Refused(Exception):
    """A request that should not be accepted: `answers` are the statuses that say so, `why` is for people."""

    def __init__(self, why, *answers):
        super().__init__(why)
        self.why = why
        self.answers = list(answers)


def malformed(why):
    return Refused(why, "grpc 3", "http 400")
