INSERT INTO otel.exam_results
    (IncidentId, RunId, Kind, Difficulty, TakenAt, Seconds, Revealed, Answer, Service, Operation, Scope, Window, Score)
SELECT
    {incidentId:String}, {runId:String}, {kind:String}, {difficulty:UInt8}, fromUnixTimestamp64Milli({takenAt:Int64}), {seconds:Float64},
    {revealed:Bool}, {answer:String}, {service:Float64}, {operation:Float64}, {scope:Float64}, {window:Float64}, {score:Float64}
