SELECT [ring t.ring_id] AS ring, t.seq, [circuit t.circuit_id] AS circuit FROM ring_member t WHERE t.region_id = :region ORDER BY t.ring_id, t.seq
