-- Takes the incidents of a run out of their log.
DELETE FROM otel.incidents WHERE RunId = {run:String}
