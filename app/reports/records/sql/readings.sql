-- The newest of each metric, then the others by day; days are counted backwards so that the newest has the lowest key.
WITH every AS (
    SELECT row_number() OVER (ORDER BY t.read_on DESC, t.metric) AS key, count(*) OVER () AS total, t.metric, t.read_on, t.value
    FROM power_reading AS t
    WHERE t.region_id = :region_id AND t.equipment_id = :id
)
SELECT e.key, e.total, e.metric, e.read_on, e.value
FROM every AS e
WHERE e.key > :after
ORDER BY e.key
LIMIT :limit
