SELECT EXISTS (SELECT FROM structure JOIN region ON region.id = structure.region_id WHERE region.code = :code)
